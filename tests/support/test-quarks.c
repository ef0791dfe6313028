/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>

/* GLib makes its first table of quarks as its library is loaded, and forgets it for a larger one when a program with many
 * libraries asks for one quark more.  Others may still read it, so it is never freed: a leak on purpose.  lsan.supp could
 * name it only with whole stacks, which make the programs of the app twenty times slower. */

#ifdef __SANITIZE_ADDRESS__

#include <sanitizer/lsan_interface.h>

/* The sanitizers ask for it when it is there; gcc does not bring the header that says so. */
void __sanitizer_malloc_hook (const volatile void *block, size_t size);

/* QUARK_BLOCK_SIZE of GLib's gquark.c, in bytes. */
#define TABLE_SIZE (2048 * sizeof (char *))

static const volatile void *table;

void
__sanitizer_malloc_hook (const volatile void *block, size_t size)
{
  if (table == NULL && size == TABLE_SIZE)
    table = block;
}

/* Libraries are ready before the program is: after GLib made its table, and before anything of ours runs. */
__attribute__ ((constructor)) static void
ignore_table (void)
{
  if (table != NULL)
    __lsan_ignore_object ((const void *)table);
}

#endif
