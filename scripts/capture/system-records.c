/*
 * A plugin of QEMU's system emulation (API 3, QEMU 9.1 and newer) that writes what a guest in long mode does to its page tables, and its references.
 * `vmmu trace capture --with qemu-system` builds and runs it:
 *
 *     cc -O2 -shared -fPIC -o system-records.so system-records.c
 *     qemu-system-x86_64 -plugin ./system-records.so,out=FILE,filter=PAGES ...
 *
 * Debian packages no header of the plugin API, so what is used of it, and of GLib, is declared here.
 *
 * The stream: records of 24 bytes, see src/trace/formats/vmtrace.ts. References are recorded where their page, or its first store, is not in a
 * direct-mapped filter, one for data and one for fetches, which CR3 writes and INVLPGs empty; each record counts the data references up to it.
 * With a filter of 0 pages there are events only.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
typedef struct {
    const char *target_name;
    struct { int min, cur; } version;
    bool system_emulation;
    union { struct { int smp_vcpus, max_vcpus; } system; };
} qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
struct qemu_plugin_register;
struct description { struct qemu_plugin_register *handle; const char *name; };
/* GLib's GArray and GByteArray begin so. */
struct array { char *data; unsigned length; };
typedef uint32_t qemu_plugin_meminfo_t;
enum { NO_REGISTERS = 0, REGISTERS = 1 };
enum { READS_AND_WRITES = 3 };

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned));
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *,
    void (*)(unsigned, qemu_plugin_meminfo_t, uint64_t, void *), int, int, void *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *, void *, size_t);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t, uint64_t);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *);
struct array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *, struct array *);
/* From 10.1 on; before, there is only what QEMU exports for its own modules. */
__attribute__((weak)) int qemu_plugin_read_memory_hwaddr(uint64_t, struct array *, size_t);
__attribute__((weak)) void cpu_physical_memory_rw(uint64_t, void *, uint64_t, bool);
struct array *g_byte_array_new(void);
struct array *g_byte_array_set_size(struct array *, unsigned);
unsigned g_array_get_element_size(struct array *);

__attribute__((visibility("default"))) int qemu_plugin_version = 3;

enum { RUN = 1, TABLE_WRITE, CR3_WRITE, INVLPG, FAULT, SNAPSHOT, FETCH };
static FILE *output;
static const char *path;
static uint32_t count;
/* In long mode: nothing is recorded before and after. */
static bool active;

/* Leaves no stream that lacks its end. */
static void give_up(void)
{
    perror("system-records: cannot write");
    remove(path);
    _Exit(1);
}

static void record(int kind, int aux, uint64_t a, uint64_t b)
{
    struct { uint8_t kind, aux; uint16_t zero; uint32_t count; uint64_t a, b; } row = { kind, aux, 0, count, a, b };
    if (!fwrite(&row, sizeof row, 1, output)) give_up();
    count = 0;
}

/* In the order in which instructions number the first sixteen. */
enum { RIP = 16, CR2, CR3, CR4, EFER, REGISTER_COUNT };
static const char *const NAMES[REGISTER_COUNT] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "cr2", "cr3", "cr4", "efer" };
static struct qemu_plugin_register *registers[REGISTER_COUNT];
static struct array *buffer;

static uint64_t value_of(int which)
{
    uint64_t value = 0;
    g_byte_array_set_size(buffer, 0);
    qemu_plugin_read_register(registers[which], buffer);
    memcpy(&value, buffer->data, buffer->length < 8 ? buffer->length : 8);
    return value;
}

static void on_cpu(qemu_plugin_id_t id, unsigned cpu)
{
    struct array *all = qemu_plugin_get_registers();
    for (unsigned i = 0; i < all->length; i++) {
        struct description *one = (void *)(all->data + i * g_array_get_element_size(all));
        for (int j = 0; j < REGISTER_COUNT; j++)
            if (!strcmp(one->name, NAMES[j])) registers[j] = one->handle;
    }
    for (int j = 0; j < REGISTER_COUNT; j++)
        if (!registers[j]) { fprintf(stderr, "system-records: found no register %s\n", NAMES[j]); _Exit(1); }
    (void)id, (void)cpu;
}

static void read_memory(uint64_t physical, void *into, size_t size)
{
    if (!qemu_plugin_read_memory_hwaddr) { cpu_physical_memory_rw(physical, into, size, false); return; }
    memset(into, 0, size);
    if (!qemu_plugin_read_memory_hwaddr(physical, buffer, size)) memcpy(into, buffer->data, size);
}

/*
 * What is known of the page tables. A frame is a table for as long as a table links it, or a root until it is written as no kernel writes a
 * root. Its words are kept longer: they are what the readers of the trace believe of it.
 */
enum { ENTRIES = 512, PRESENT = 1, LARGE = 0x80, ACCESSED_DIRTY = 0x60 };
static const uint64_t FRAMES = 1 << 24; /* 64 GiB: where tables are looked for. */
static const uint64_t NONE = -1;
struct table { int level; uint32_t links; struct table *before; uint64_t words[ENTRIES]; };
static struct table **tables, *newest;
static uint64_t root;
static int top;

static struct table *table_at(uint64_t frame)
{
    return frame < FRAMES && tables[frame] && tables[frame]->level ? tables[frame] : NULL;
}

static uint64_t frame_of(uint64_t word)
{
    return word << 12 >> 24;
}

static uint64_t child_of(uint64_t word, int level)
{
    bool maps = level == 1 || (level < 4 && word & LARGE);
    return word & PRESENT && !maps && frame_of(word) < FRAMES ? frame_of(word) : NONE;
}

static void show(uint64_t frame, int level);

static void link_table(uint64_t frame, int level)
{
    if (frame == NONE) return;
    if (!table_at(frame)) show(frame, level);
    tables[frame]->links++;
}

static void drop(struct table *table);

static void unlink_table(uint64_t frame)
{
    struct table *table = table_at(frame);
    if (table && table->links && !--table->links && frame != root) drop(table);
}

static void drop(struct table *table)
{
    int level = table->level;
    table->level = 0;
    for (int i = 0; i < ENTRIES; i++) unlink_table(child_of(table->words[i], level));
}

/* An entry that the trace has otherwise was written while its frame was no table. */
static void show(uint64_t frame, int level)
{
    uint64_t now[ENTRIES];
    struct table *table = tables[frame];
    bool known = table;
    if (!known) {
        table = tables[frame] = calloc(1, sizeof *table);
        table->before = newest;
        newest = table;
    }
    table->level = level;
    table->links = 0;
    read_memory(frame << 12, now, sizeof now);
    for (int i = 0; i < ENTRIES; i++) {
        bool written = known && (table->words[i] ^ now[i]) & ~ACCESSED_DIRTY && (table->words[i] | now[i]) & PRESENT;
        if (written || now[i] & PRESENT) record(written ? TABLE_WRITE : SNAPSHOT, level, frame << 12 | i << 3, now[i]);
        table->words[i] = now[i];
    }
    for (int i = 0; i < ENTRIES; i++) link_table(child_of(now[i], level), level - 1);
}

static void write_table(uint64_t physical, uint64_t size)
{
    uint64_t frame = physical >> 12;
    struct table *table = table_at(frame);
    for (uint64_t at = physical & ~7ull; table && table->level && at < physical + size && at >> 12 == frame; at += 8) {
        uint64_t *word = &table->words[at % 4096 / 8], was = *word, is, child, before;
        read_memory(at, &is, sizeof is);
        child = child_of(is, table->level);
        before = child_of(was, table->level);
        bool loose = !table->links && frame != root;
        bool strange = is & PRESENT ? !table_at(child) : !(was & PRESENT);
        if (loose && strange) { drop(table); return; }
        record(TABLE_WRITE, table->level, at, is);
        *word = is;
        if (child == before) continue;
        link_table(child, table->level - 1);
        unlink_table(before);
    }
}

/* What the recorded tables make of an address; 0 where they do not map it. */
static uint64_t translate(uint64_t address)
{
    uint64_t frame = root;
    for (int level = top;; level--) {
        struct table *table = table_at(frame);
        if (!table) return 0;
        int shift = 12 + 9 * (level - 1);
        uint64_t word = table->words[address >> shift & (ENTRIES - 1)], offset = address & ((1ull << shift) - 1);
        if (!(word & PRESENT)) return 0;
        if (level == 1 || (level < 4 && word & LARGE)) return (frame_of(word) << 12 & ~((1ull << shift) - 1)) | offset;
        frame = frame_of(word);
    }
}

static uint64_t filter_pages;
/* Page + 1, shifted, with the bit "stored to"; 0 = nothing. */
static uint64_t *data_filter, *fetch_filter;

static void empty_filters(void)
{
    memset(data_filter, 0, filter_pages * sizeof *data_filter);
    memset(fetch_filter, 0, filter_pages * sizeof *fetch_filter);
}

/* Whether a reference has to be recorded. */
static bool passes(uint64_t *filter, uint64_t address, bool store)
{
    if (!filter_pages) return false;
    uint64_t page = address >> 12, *place = &filter[page % filter_pages], seen = (page + 1) << 1;
    if (*place == (seen | 1) || (!store && *place == seen)) return false;
    *place = seen | store;
    return true;
}

static void refer(uint64_t address, uint64_t physical, bool store)
{
    count++;
    if (passes(data_filter, address, store)) record(RUN, store, address, physical);
}

/* What an instruction reads is known to be no write only when the next reference comes: a read-modify-write is one write. */
static struct { uint64_t address, physical, size, execution; void *instruction; } waiting;
static bool waits;
static uint64_t executions;

static void refer_to_bytes(uint64_t address, uint64_t physical, uint64_t size, bool store)
{
    uint64_t first = 4096 - address % 4096;
    refer(address, physical, store);
    if (size > first) refer(address + first, translate(address + first), store);
}

static void settle(void)
{
    if (waits) refer_to_bytes(waiting.address, waiting.physical, waiting.size, false);
    waits = false;
}

/* Where the gate of page faults is in physical memory, and what it leads to. */
enum { PAGE_FAULT = 14, GATE_BYTES = 16 };
static uint64_t gate, handler;

static void read_gate(void)
{
    uint64_t words[2] = { 0, 0 };
    if (gate) read_memory(gate, words, sizeof words);
    handler = words[1] << 32 | (words[0] >> 32 & 0xffff0000) | (words[0] & 0xffff);
}

static void on_access(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *instruction)
{
    if (!active) return;
    uint64_t size = 1ull << qemu_plugin_mem_size_shift(info);
    struct qemu_plugin_hwaddr *where = qemu_plugin_get_hwaddr(info, address);
    uint64_t physical = where ? qemu_plugin_hwaddr_phys_addr(where) : 0;
    if (!qemu_plugin_mem_is_store(info)) {
        settle();
        waiting = (typeof(waiting)){ address, physical, size, executions, instruction };
        waits = true;
        return;
    }
    if (waits && waiting.instruction == instruction && waiting.execution == executions && waiting.address == address) waits = false;
    settle();
    refer_to_bytes(address, physical, size, true);
    uint64_t first = 4096 - address % 4096;
    write_table(physical, size < first ? size : first);
    if (size > first) write_table(translate(address + first), size - first);
    if (physical + size > gate && physical < gate + GATE_BYTES) read_gate();
    (void)cpu;
}

/* A MOV to a control register has its effect when the next block begins. */
static bool control_written, cr3_written;

static void see_control_registers(void)
{
    enum { LONG_MODE_ACTIVE = 1 << 10, LA57 = 1 << 12 };
    bool before = active, loaded = cr3_written;
    control_written = cr3_written = false;
    active = value_of(EFER) & LONG_MODE_ACTIVE;
    if (!active) {
        for (struct table *table = newest; table; table = table->before) table->level = 0;
        return;
    }
    if (before && !loaded) return;
    uint64_t cr3 = value_of(CR3);
    root = frame_of(cr3);
    top = value_of(CR4) & LA57 ? 5 : 4;
    if (root < FRAMES && !table_at(root)) show(root, top);
    empty_filters();
    record(CR3_WRITE, 0, cr3, 0);
}

/*
 * Instructions that follow each other in one page. A block is translated once for all virtual addresses of its physical page, so that only
 * their distance from its beginning, which is known when it begins, is certain.
 */
struct stretch { uint64_t distance; bool crosses; };
static uint64_t block_address;

static void on_stretch(unsigned cpu, void *data)
{
    struct stretch *stretch = data;
    executions++;
    settle();
    if (!stretch->distance && control_written) see_control_registers();
    if (!active) return;
    if (!stretch->distance) {
        block_address = value_of(RIP);
        if (handler && block_address == handler) record(FAULT, 0, value_of(CR2), 0);
    }
    uint64_t address = block_address + stretch->distance, next = (address | 4095) + 1;
    if (passes(fetch_filter, address, false)) record(FETCH, 0, address, translate(address));
    if (stretch->crosses && passes(fetch_filter, next, false)) record(FETCH, 0, next, translate(next));
    (void)cpu;
}

/* An operand in memory: registers and a displacement. Segments are taken to begin at 0. */
enum { NO_BASE = -1, BLOCK = -2 };
struct operand { int base, index, scale; uint64_t displacement; };

static uint64_t address_of(struct operand *operand)
{
    uint64_t base = operand->base == BLOCK ? block_address : operand->base < 0 ? 0 : value_of(operand->base);
    uint64_t index = operand->index < 0 ? 0 : value_of(operand->index);
    return base + (index << operand->scale) + operand->displacement;
}

static void on_invlpg(unsigned cpu, void *operand)
{
    if (!active) return;
    settle();
    empty_filters();
    record(INVLPG, 0, address_of(operand), 0);
    (void)cpu;
}

static void on_lidt(unsigned cpu, void *operand)
{
    if (!active) return;
    uint64_t address = address_of(operand), table = 0;
    for (int i = 0; i < 8; i++) read_memory(translate(address + 2 + i), (uint8_t *)&table + i, 1);
    gate = translate(table + PAGE_FAULT * GATE_BYTES);
    read_gate();
    (void)cpu;
}

static void on_control_write(unsigned cpu, void *which)
{
    control_written = true;
    cr3_written |= (uintptr_t)which == 3;
    (void)cpu;
}

static struct operand *operand_at(const uint8_t *code, unsigned rex, uint64_t next)
{
    struct operand *operand = malloc(sizeof *operand);
    unsigned mod = code[0] >> 6, rm = code[0] & 7;
    int8_t byte;
    int32_t word;
    *operand = (struct operand){ rm | (rex & 1) << 3, -1, 0, 0 };
    const uint8_t *rest = code + 1;
    if (rm == 4) {
        unsigned sib = *rest++;
        operand->base = (sib & 7) | (rex & 1) << 3;
        operand->index = (sib >> 3 & 7) | (rex & 2) << 2;
        if (operand->index == 4) operand->index = -1;
        operand->scale = sib >> 6;
        rm = sib & 7;
    }
    memcpy(&byte, rest, sizeof byte);
    memcpy(&word, rest, sizeof word);
    if (mod == 1) operand->displacement = byte;
    else if (mod == 2 || rm == 5) operand->displacement = word;
    if (mod == 0 && rm == 5) {
        operand->base = (code[0] & 7) == 5 ? BLOCK : NO_BASE;
        if (operand->base == BLOCK) operand->displacement += next;
    }
    return operand;
}

static void watch_if_special(struct qemu_plugin_insn *instruction, uint64_t next)
{
    uint8_t code[24] = { 0 };
    const uint8_t *at = code;
    unsigned rex = 0;
    qemu_plugin_insn_data(instruction, code, 15);
    while (*at && strchr("\x66\x67\x2e\x36\x3e\x26\x64\x65\xf0\xf2\xf3", *at)) at++;
    if (*at >> 4 == 4) rex = *at++;
    if (at[0] != 0x0f) return;
    uintptr_t which = at[2] >> 3 & 7;
    if (at[1] == 0x22 && !(rex & 4))
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_control_write, NO_REGISTERS, (void *)which);
    bool in_memory = at[1] == 0x01 && at[2] >> 6 != 3;
    if (in_memory && (which == 3 || which == 7))
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, which == 3 ? on_lidt : on_invlpg, REGISTERS, operand_at(at + 2, rex, next));
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    size_t length = qemu_plugin_tb_n_insns(block);
    struct stretch *stretch = NULL;
    uint64_t start = qemu_plugin_tb_vaddr(block), page = 0;
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        uint64_t address = qemu_plugin_insn_vaddr(instruction), size = qemu_plugin_insn_size(instruction);
        if (!stretch || page != address >> 12 || stretch->crosses) {
            stretch = malloc(sizeof *stretch);
            *stretch = (struct stretch){ address - start, false };
            page = address >> 12;
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_stretch, i == 0 ? REGISTERS : NO_REGISTERS, stretch);
        }
        stretch->crosses = address % 4096 + size > 4096;
        watch_if_special(instruction, address + size - start);
        /* The address of an instruction tells it from others for as long as its execution lasts. */
        qemu_plugin_register_vcpu_mem_cb(instruction, on_access, NO_REGISTERS, READS_AND_WRITES, (void *)(uintptr_t)address);
    }
    (void)id;
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
    settle();
    if (fclose(output)) give_up();
    (void)id, (void)data;
}

static int refuse(const char *expected)
{
    fprintf(stderr, "system-records: expected %s\n", expected);
    return 1;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (argc != 2 || strncmp(argv[0], "out=", 4) || strncmp(argv[1], "filter=", 7) || strcmp(info->target_name, "x86_64")
        || !info->system_emulation) return refuse("qemu-system-x86_64 -plugin system-records.so,out=FILE,filter=PAGES");
    if (info->system.max_vcpus != 1) return refuse("a guest of one processor (-smp 1)");
    if (!qemu_plugin_read_memory_hwaddr && !cpu_physical_memory_rw) return refuse("QEMU 10.1 or newer, or one that is built with modules");
    path = strdup(argv[0] + 4);
    output = fopen(path, "wb");
    if (!output) { perror("system-records: cannot open the output"); return 1; }
    filter_pages = strtoull(argv[1] + 7, NULL, 10);
    data_filter = calloc(filter_pages + 1, sizeof *data_filter);
    fetch_filter = calloc(filter_pages + 1, sizeof *fetch_filter);
    tables = calloc(FRAMES, sizeof *tables);
    buffer = g_byte_array_new();
    qemu_plugin_register_vcpu_init_cb(id, on_cpu);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
