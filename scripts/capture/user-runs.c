/*
 * A plugin of QEMU's user emulation (API 1, QEMU 6 and newer) that writes the references of a program as page runs, with its system calls.
 * `vmmu trace capture --with qemu-user` builds and runs it:
 *
 *     cc -O2 -shared -fPIC -o user-runs.so user-runs.c
 *     qemu-x86_64 -plugin ./user-runs.so,out=FILE program
 *
 * Debian packages no header of the plugin API, so what is used of it is declared here.
 *
 * The stream: the mark "vmmu-runs", then records of unsigned LEB128 numbers. A record begins with h. Even: a run; bits 1 and 2 its kind
 * (0 fetch, 1 read, 2 write), h >> 3 = zigzag(page - last page of its class, fetches or data); then count - 1. Odd: an event of kind h >> 1.
 * Runs stand in the order in which they start; an event closes both open runs. The last record is the end, with the sums of all counts.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

typedef uint64_t qemu_plugin_id_t;
typedef struct {
    const char *target_name;
    struct { int min, cur; } version;
    bool system_emulation;
    union { struct { int smp_vcpus, max_vcpus; } system; };
} qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint32_t qemu_plugin_meminfo_t;
enum { NO_REGISTERS = 0 };
enum { READS_AND_WRITES = 3 };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *,
    void (*)(unsigned, qemu_plugin_meminfo_t, uint64_t, void *), int, int, void *);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned, int64_t,
    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
void qemu_plugin_register_vcpu_syscall_ret_cb(qemu_plugin_id_t,
    void (*)(qemu_plugin_id_t, unsigned, int64_t, int64_t));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static const char MARK[] = "vmmu-runs";
enum { FETCH, READ, WRITE };
enum { THREAD = 1, CALL = 2, MARKER = 3, END = 4 };
enum { ACCESS = 21, CLONE = 56, FORK = 57, VFORK = 58, FACCESSAT = 269, FACCESSAT2 = 439, CLONE3 = 435 };

/* Runs wait here until a buffer is full, because their counts go on growing. Events stand among them. */
enum { ROWS = 1 << 16, OPERANDS = 9 };
struct row { uint8_t event, kind; uint32_t count; uint64_t page; uint64_t operands[OPERANDS]; };
static struct row rows[ROWS];
static unsigned length;
/* Rows of the open runs, of fetches and of data; -1 = none. */
static int open_run[2] = { -1, -1 };
static uint64_t last_page[2];
static uint64_t sums[3];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int output = -1;
static bool recording = true;
static unsigned thread;

enum { BYTES = 1 << 20, LONGEST = 11 * 10 };
static uint8_t bytes[BYTES];
static unsigned filled;

static void write_out(void)
{
    for (unsigned at = 0; at < filled;) {
        ssize_t n = write(output, bytes + at, filled - at);
        if (n <= 0) { perror("user-runs: cannot write"); _exit(1); }
        at += n;
    }
    filled = 0;
}

static void number(uint64_t value)
{
    for (; value >= 128; value >>= 7) bytes[filled++] = value | 128;
    bytes[filled++] = value;
}

static void flush(void)
{
    static const uint8_t operand_counts[] = { 0, 1, 8, 1, 3 };
    for (unsigned i = 0; i < length; i++) {
        struct row *row = &rows[i];
        if (row->event) {
            number(row->kind << 1 | 1);
            for (unsigned j = 0; j < operand_counts[row->kind]; j++) number(row->operands[j]);
        } else {
            int data = row->kind != FETCH;
            int64_t distance = (int64_t)(row->page - last_page[data]);
            last_page[data] = row->page;
            number(((uint64_t)distance << 1 ^ (uint64_t)(distance >> 63)) << 3 | row->kind << 1);
            number(row->count - 1);
        }
        if (filled > BYTES - LONGEST) write_out();
    }
    length = 0;
    open_run[0] = open_run[1] = -1;
}

static struct row *add(void)
{
    if (length == ROWS) flush();
    return &rows[length++];
}

static struct row *event(int kind)
{
    struct row *row = add();
    row->event = 1;
    row->kind = kind;
    open_run[0] = open_run[1] = -1;
    return row;
}

static void refer(int kind, uint64_t page, uint32_t count)
{
    int data = kind != FETCH;
    sums[kind] += count;
    if (open_run[data] >= 0) {
        struct row *run = &rows[open_run[data]];
        if (run->page == page && (kind != WRITE || run->kind == WRITE) && run->count + count > run->count) {
            run->count += count;
            return;
        }
    }
    struct row *row = add();
    row->event = 0;
    row->kind = kind;
    row->page = page;
    row->count = count;
    open_run[data] = row - rows;
}

static void refer_to_bytes(int kind, uint64_t address, uint64_t size)
{
    refer(kind, address >> 12, 1);
    if ((address & 4095) + size > 4096) refer(kind, (address >> 12) + 1, 1);
}

/*
 * What an instruction reads is known to be no write only when the next reference comes: a read-modify-write is one write. An access of 16 bytes
 * comes in halves, which are one reference.
 */
static struct { bool there; int kind; uint64_t address, size, execution; void *instruction; } waiting;
static uint64_t executions;

static void settle(void)
{
    if (waiting.there) refer_to_bytes(waiting.kind, waiting.address, waiting.size);
    waiting.there = false;
}

static void run_thread(unsigned now)
{
    if (now == thread) return;
    settle();
    thread = now;
    event(THREAD)->operands[0] = now;
}

/* Instructions that follow each other in one page. */
struct stretch { uint64_t page; uint32_t count; bool crosses; };

static void on_stretch(unsigned vcpu, void *data)
{
    struct stretch *stretch = data;
    pthread_mutex_lock(&lock);
    if (recording) {
        run_thread(vcpu);
        settle();
        executions++;
        refer(FETCH, stretch->page, stretch->count);
        if (stretch->crosses) refer(FETCH, stretch->page + 1, 1);
    }
    pthread_mutex_unlock(&lock);
}

static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *instruction)
{
    uint64_t size = 1u << qemu_plugin_mem_size_shift(info);
    int kind = qemu_plugin_mem_is_store(info) ? WRITE : READ;
    pthread_mutex_lock(&lock);
    if (recording) {
        run_thread(vcpu);
        bool same = waiting.there && waiting.instruction == instruction && waiting.execution == executions;
        if (same && kind == WRITE && waiting.kind == READ && waiting.address == address) waiting.kind = WRITE;
        else if (same && kind == waiting.kind && waiting.address + waiting.size == address && size == 8) waiting.size += size;
        else {
            settle();
            waiting = (typeof(waiting)){ true, kind, address, size, executions, instruction };
        }
    }
    pthread_mutex_unlock(&lock);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    size_t count = qemu_plugin_tb_n_insns(block);
    struct stretch *stretch = NULL;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        uint64_t address = qemu_plugin_insn_vaddr(instruction);
        uint64_t size = qemu_plugin_insn_size(instruction);
        if (!stretch || stretch->page != address >> 12 || stretch->crosses) {
            stretch = calloc(1, sizeof *stretch);
            stretch->page = address >> 12;
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_stretch, NO_REGISTERS, stretch);
        }
        stretch->count++;
        stretch->crosses = (address & 4095) + size > 4096;
        /* The address of an instruction tells it from others for as long as its execution lasts. */
        qemu_plugin_register_vcpu_mem_cb(instruction, on_access, NO_REGISTERS, READS_AND_WRITES, (void *)(uintptr_t)address);
    }
    (void)id;
}

/* Arguments of the calls that have not returned, by thread. */
enum { THREADS = 1 << 16 };
static uint64_t (*arguments)[6];

static int marker_at(uint64_t address)
{
    char text[16] = "";
    struct iovec here = { text, sizeof text - 1 }, there = { (void *)(uintptr_t)address, sizeof text - 1 };
    process_vm_readv(getpid(), &here, 1, &there, 1, 0);
    if (!strncmp(text, "/vmmu:begin", 12)) return 0;
    return strncmp(text, "/vmmu:end", 10) ? -1 : 1;
}

static void on_call(qemu_plugin_id_t id, unsigned vcpu, int64_t call, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, uint64_t f, uint64_t g, uint64_t h)
{
    int marker = call == ACCESS ? marker_at(a) : call == FACCESSAT || call == FACCESSAT2 ? marker_at(b) : -1;
    pthread_mutex_lock(&lock);
    if (recording) {
        run_thread(vcpu);
        settle();
        if (marker >= 0) event(MARKER)->operands[0] = marker;
        uint64_t given[6] = { a, b, c, d, e, f };
        memcpy(arguments[vcpu % THREADS], given, sizeof given);
    }
    pthread_mutex_unlock(&lock);
    (void)id, (void)g, (void)h;
}

static void on_return(qemu_plugin_id_t id, unsigned vcpu, int64_t call, int64_t result)
{
    pthread_mutex_lock(&lock);
    /* The child of a fork goes on with copies of all this, and must not write. */
    if (result == 0 && (call == FORK || call == VFORK || call == CLONE || call == CLONE3)) recording = false;
    if (recording) {
        run_thread(vcpu);
        settle();
        struct row *row = event(CALL);
        row->operands[0] = call;
        memcpy(row->operands + 1, arguments[vcpu % THREADS], 6 * sizeof(uint64_t));
        row->operands[7] = result;
    }
    pthread_mutex_unlock(&lock);
    (void)id;
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
    pthread_mutex_lock(&lock);
    if (recording) {
        settle();
        memcpy(event(END)->operands, sums, sizeof sums);
        flush();
        write_out();
        close(output);
        recording = false;
    }
    pthread_mutex_unlock(&lock);
    (void)id, (void)data;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (argc != 1 || strncmp(argv[0], "out=", 4) || strcmp(info->target_name, "x86_64") || info->system_emulation) {
        fprintf(stderr, "user-runs: expected qemu-x86_64 -plugin user-runs.so,out=FILE\n");
        return 1;
    }
    int opened = open(argv[0] + 4, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    /* Out of the way of the program, which may close or count on the lowest descriptors; closed where a child executes another. */
    output = opened < 0 ? -1 : fcntl(opened, F_DUPFD_CLOEXEC, 500);
    if (output < 0) { perror("user-runs: cannot open the output"); return 1; }
    close(opened);
    arguments = calloc(THREADS, sizeof *arguments);
    memcpy(bytes, MARK, filled = sizeof MARK - 1);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_vcpu_syscall_cb(id, on_call);
    qemu_plugin_register_vcpu_syscall_ret_cb(id, on_return);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
