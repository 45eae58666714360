/*
 * What JavaScript cannot measure: a VM exit, faults, copies on write, mprotect, fork, context switches, and what CPUID says. For `vmmu probe`.
 *
 *   probe measure SECONDS        a line `name value` each, in nanoseconds unless the name says otherwise
 *   probe nothp COMMAND...       runs a command whose memory gets no pages of 2 MiB
 *
 * Each price is the tenth percentile of its repetitions: others share the machine, and a minimum of clock readings can be too small.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE 4096
#define LARGE (2 << 20)
#define MOST 4000

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static double samples[MOST];
static double budget; /* ns for each price */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Calls `once`, which returns ns for a unit, until the time is over. */
static double price(double (*once)(void)) {
  double until = now() + budget;
  int count = 0;
  once();
  do
    samples[count++] = once();
  while (count < MOST && now() < until);
  qsort(samples, count, sizeof *samples, ascending);
  return samples[count / 10];
}

static void say(const char *name, double value) { printf("%s %.4f\n", name, value); }

static void *map(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  madvise(at, bytes, MADV_NOHUGEPAGE);
  return at;
}

static double addition(void) {
  uint64_t sum = 1, one = 3;
  double began = now();
  for (int i = 0; i < 20000; i++)
    __asm__ volatile("add %1,%0\nadd %1,%0\nadd %1,%0\nadd %1,%0\nadd %1,%0\nadd %1,%0\nadd %1,%0\nadd %1,%0" : "+r"(sum) : "r"(one));
  return (now() - began) / 160000;
}

static double cpuidExit(void) {
  unsigned a, b, c, d;
  double began = now();
  for (int i = 0; i < 20; i++) __cpuid_count(0, 0, a, b, c, d);
  return (now() - began) / 20;
}

static double timeStamp(void) {
  double began = now();
  for (int i = 0; i < 1000; i++) __rdtsc();
  return (now() - began) / 1000;
}

static double systemCall(void) {
  double began = now();
  for (int i = 0; i < 200; i++) syscall(SYS_getppid);
  return (now() - began) / 200;
}

/* Pages that the process has just given back are taken again: the host has backed them. */
#define FAULTS 256
static char *region;

static double writeFault(void) {
  madvise(region, FAULTS * PAGE, MADV_DONTNEED);
  double began = now();
  for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 1;
  return (now() - began) / FAULTS;
}

static double zeroPageFault(void) {
  volatile char *read = region;
  madvise(region, FAULTS * PAGE, MADV_DONTNEED);
  double began = now();
  for (int i = 0; i < FAULTS; i++) (void)read[i * PAGE];
  return (now() - began) / FAULTS;
}

static double dontNeed(void) {
  for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 1;
  double began = now();
  madvise(region, FAULTS * PAGE, MADV_DONTNEED);
  return (now() - began) / FAULTS;
}

static double protectPage(void) {
  region[0] = 1;
  double began = now();
  mprotect(region, PAGE, PROT_READ);
  mprotect(region, PAGE, PROT_READ | PROT_WRITE);
  region[0] = 2;
  return now() - began;
}

static double protectMany(void) {
  for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 1;
  double began = now();
  mprotect(region, FAULTS * PAGE, PROT_READ);
  mprotect(region, FAULTS * PAGE, PROT_READ | PROT_WRITE);
  for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 2;
  return (now() - began) / FAULTS;
}

static double copyOnWrite(void) {
  int out[2];
  double ns = 0;
  for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 1;
  if (pipe(out) != 0) exit(1);
  pid_t child = fork();
  if (child == 0) {
    double began = now();
    for (int i = 0; i < FAULTS; i++) region[i * PAGE] = 2;
    ns = (now() - began) / FAULTS;
    _exit(write(out[1], &ns, sizeof ns) == sizeof ns ? 0 : 1);
  }
  close(out[1]);
  if (read(out[0], &ns, sizeof ns) != sizeof ns) exit(1);
  close(out[0]);
  waitpid(child, NULL, 0);
  return ns;
}

static double forkExit(void) {
  double began = now();
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  return now() - began;
}

static int there[2], back[2];

static double contextSwitch(void) {
  char byte = 0;
  double began = now();
  for (int i = 0; i < 50; i++)
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) exit(1);
  return (now() - began) / 100;
}

/* Both processes on one processor, so that each read is a switch. */
static double contextSwitches(void) {
  cpu_set_t before, one;
  if (pipe(there) != 0 || pipe(back) != 0 || sched_getaffinity(0, sizeof before, &before) != 0) return -1;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    close(there[1]);
    while (read(there[0], &byte, 1) == 1)
      if (write(back[1], &byte, 1) != 1) break;
    _exit(0);
  }
  close(there[0]);
  double ns = price(contextSwitch);
  close(there[1]);
  waitpid(child, NULL, 0);
  sched_setaffinity(0, sizeof before, &before);
  return ns;
}

/* A page of 2 MiB that is taken by one fault, as time for each 4 KiB; -1 where the kernel gives none. */
static char *large;
static double largeFault(void) {
  madvise(large, LARGE, MADV_DONTNEED);
  double began = now();
  large[0] = 1;
  return (now() - began) / (LARGE / PAGE);
}

static int isLarge(const char *at) {
  FILE *file = fopen("/proc/self/smaps", "r");
  char line[512];
  unsigned long from, to, kib;
  int inside = 0, found = 0;
  while (file && fgets(line, sizeof line, file)) {
    if (sscanf(line, "%lx-%lx ", &from, &to) == 2) inside = from <= (unsigned long)at && (unsigned long)at < to;
    if (inside && sscanf(line, "AnonHugePages: %lu kB", &kib) == 1) found = kib > 0;
  }
  if (file) fclose(file);
  return found;
}

static void leaf(unsigned number, unsigned sub) {
  unsigned a, b, c, d;
  __cpuid_count(number, sub, a, b, c, d);
  printf("cpuid.%x.%x %08x.%08x.%08x.%08x\n", number, sub, a, b, c, d);
}

static int measure(double seconds) {
  budget = seconds * 1e9 / 14;
  say("additionNs", price(addition));
  say("cpuidExitNs", price(cpuidExit));
  say("timeStampNs", price(timeStamp));
  say("systemCallNs", price(systemCall));
  region = map(FAULTS * PAGE);
  say("writeFaultNs", price(writeFault));
  say("zeroPageFaultNs", price(zeroPageFault));
  say("dontNeedNs", price(dontNeed));
  say("protectPageNs", price(protectPage));
  say("protectManyNs", price(protectMany));
  say("copyOnWriteNs", price(copyOnWrite));
  say("forkNs", price(forkExit));
  char *wide = map(64 << 20);
  for (int at = 0; at < 64 << 20; at += PAGE) wide[at] = 1;
  say("forkWideNs", price(forkExit));
  munmap(wide, 64 << 20);
  say("contextSwitchNs", contextSwitches());
  char *room = mmap(NULL, 2 * LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  large = (char *)(((uintptr_t)room + LARGE - 1) & ~(uintptr_t)(LARGE - 1));
  madvise(large, LARGE, MADV_HUGEPAGE);
  large[0] = 1;
  say("largeFaultNs", isLarge(large) ? price(largeFault) : -1);
  void *pool = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
  printf("hugetlbErrno %d\n", pool == MAP_FAILED ? errno : 0);
  leaf(0, 0);
  leaf(1, 0);
  leaf(0x80000000, 0);
  unsigned a, b, c, d;
  __cpuid(0, a, b, c, d);
  if (a >= 0x18)
    for (unsigned sub = 0; sub < 8; sub++) leaf(0x18, sub);
  __cpuid(0x80000000, a, b, c, d);
  if (a >= 0x80000006) leaf(0x80000005, 0), leaf(0x80000006, 0);
  printf("end 0\n");
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "measure") == 0) return measure(atof(argv[2]));
  if (argc > 2 && strcmp(argv[1], "nothp") == 0) {
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0) return 1;
    execvp(argv[2], argv + 2);
  }
  fprintf(stderr, "usage: probe measure SECONDS | probe nothp COMMAND...\n");
  return 2;
}
