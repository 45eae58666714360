# A guest without a kernel, as `qemu-system-x86_64 -kernel` starts it: it makes page tables, goes to long mode and writes them in every width.
# Its tables: roots at 0x200000 and 0x204000, level 3 at 0x201000, level 2 at 0x202000 (two pages of 2 MiB and a table),
# level 1 at 0x203000 (empty), and at 0x206000 one that nothing links at first.
        .code32
        .long 0x1badb002, 0, -0x1badb002
        .globl _start
_start: movl $0x2ff000, %esp
        movl $0x201003, 0x200000
        movl $0x202003, 0x201000
        movl $0x000083, 0x202000
        movl $0x200083, 0x202008
        movl $0x203003, 0x202010
        movl $0x201003, 0x204000
        movl $0x304003, 0x206000
        movl $handler, %eax             # The gate of page faults, in the IDT at 0x205000.
        movw %ax, 0x2050e0
        movl $0x8e000008, 0x2050e2
        shrl $16, %eax
        movw %ax, 0x2050e6
        lgdt gdt_register
        movl $0x220, %eax
        movl %eax, %cr4
        movl $0x200000, %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx
        rdmsr
        orl $0x100, %eax
        wrmsr
        movl %cr0, %eax
        orl $0x80010000, %eax
        movl %eax, %cr0
        ljmp $8, $long

        .code64
long:   xorl %eax, %eax
        movl %eax, %ss
        movl $idt_register, %ecx
        lidt (%rcx)
        movl $0x204000, %eax
        movq %rax, %cr3

        movq $0x300003, 0x203000        # A table write in each width.
        movl $0x301003, 0x203008
        movw $0x2003, 0x203010
        movb $1, 0x203000               # As Linux takes the right to write at a fork.
        orb $2, 0x203000                # A read-modify-write is one write.
        xorl %eax, %eax
        movl $0x306003, %ecx
        lock cmpxchgq %rcx, 0x203020    # So is one that is locked.
        movabsq $0x30500300000000, %rax
        movq %rax, 0x203044             # Halves of two entries.
        movups %xmm0, 0x203060          # Two entries in one store.

        movl $0x400000, %esi            # 256 iterations, of a read and a write each.
        movl $0x401000, %edi
        movl $256, %ecx
        rep movsq
        movl $0x400000, %eax
        movl $0x20, %ecx
        invlpg 0xfe0(%rax, %rcx)
        movq %rcx, 0x400ffc             # Into two pages.

        movq $0x206003, 0x202018        # Links a table with an entry, writes and unlinks it.
        movq $0x305003, 0x206008
        movq $0, 0x202018
        movq $0, 0x206008               # No table any more.

        movl $1f, %ebx                  # The same code at two addresses.
        jmp back
1:      movq $0x100003, 0x203080
        movl $2f, %ebx
        movl $back + 0x310000, %eax
        jmp *%rax
2:
        movb $1, 0x403123               # Faults.
        movl $0x200000, %eax
        movq %rax, %cr3
        movw $0x604, %dx                # The power switch of the machine `pc`.
        movw $0x2000, %ax
        outw %ax, %dx
        jmp .

back:   jmp *%rbx

handler:
        movq $0x303003, 0x203018
        addq $8, %rsp
        iretq

        .align 8
gdt:    .quad 0, 0x00209a0000000000
gdt_register:
        .word 15
        .long gdt
idt_register:
        .word 0xfff
        .quad 0x205000
