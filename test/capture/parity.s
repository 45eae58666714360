# A program without a library: what it fetches, reads and writes is the same on every processor. At the end it exits.
        .globl _start
_start:
        mov     $1000, %ecx
        lea     table(%rip), %rsi
loop:   incq    (%rsi)                  # a read-modify-write: one write
        movq    (%rsi), %rax            # a read
        movq    %rax, 4092(%rsi)        # a write that crosses into the next page
        add     $8, %rsi
        dec     %ecx
        jnz     loop
        lea     table(%rip), %rdi
        mov     $10, %ecx
        rep     stosq                   # ten writes
        push    %rax
        pop     %rbx
        mov     $231, %eax              # exit_group(0)
        xor     %edi, %edi
        syscall
        .bss
        .balign 4096
table:  .skip   16384
