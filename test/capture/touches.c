/* Maps 1 MiB, writes each of its 256 pages once, in order, and unmaps it. */
#include <sys/mman.h>

int main(void)
{
    char *pages = mmap(0, 256 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int page = 0; page < 256; page++) ((volatile char *)pages)[page * 4096] = 1;
    return munmap(pages, 256 * 4096);
}
