/** A Kubernetes Job with a pod for each shard: https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode. */
import { scriptPath } from './commands.js';
import type { Job } from './engine.js';

/** So often pods may fail or be lost, all in all, for each shard. */
const RETRIES = 3;

export function kubernetes(job: Job): string {
  const memory = job.memoryMiB === undefined ? '' : `, memory: ${job.memoryMiB}Mi`;
  const place = (path: string) => JSON.stringify(path);
  return `# A pod for each of ${job.shards} shards. To be filled in: image, claimName, mountPath.
apiVersion: batch/v1
kind: Job
metadata:
  name: vmmu-sweep
spec:
  completionMode: Indexed
  completions: ${job.shards}
  # So many pods at once.
  parallelism: ${job.shards}
  backoffLimit: ${RETRIES * job.shards}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: shard
          # Node 20 or later, and vmmu on its PATH.
          image: IMAGE
          # It takes its shard from JOB_COMPLETION_INDEX.
          command: [sh, ${place(scriptPath(job, 'shard.sh').replaceAll('$', '$$$$'))}]
          resources:
            requests: { cpu: ${job.cpus}${memory} }
            limits: { cpu: ${job.cpus}${memory} }
          volumeMounts:
            # A folder that holds, at the same place as where this was written, all of these:
            #   ${job.folder}
            #   ${job.sweep} and its traces
            #   ${job.out}
            - { name: shared, mountPath: MOUNT_PATH }
      volumes:
        - name: shared
          # A claim that pods of several nodes may write to: ReadWriteMany.
          persistentVolumeClaim: { claimName: CLAIM }
`;
}
