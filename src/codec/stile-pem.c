/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-pem.h"

#include <string.h>

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

static const char *
find (const char *text, const char *end, const char *needle)
{
  return g_strstr_len (text, end - text, needle);
}

static gboolean
read_label (StilePemBlock *block, const char *text, const char *end)
{
  gsize length = 0;

  while (text + length < end && length < STILE_PEM_MAX_LABEL &&
         (g_ascii_isupper (text[length]) || g_ascii_isdigit (text[length]) || text[length] == ' '))
    length++;
  if (length == 0 || find (text + length, MIN (end, text + length + strlen (DASHES)), DASHES) == NULL)
    return FALSE;

  memcpy (block->label, text, length);
  block->label[length] = '\0';
  block->next = text + length + strlen (DASHES);
  return TRUE;
}

/* Without an END nothing is sought behind it: a text full of beginnings would be read over and over. */
static void
read_body (StilePemBlock *block, const char *end)
{
  g_autofree char *closing = g_strconcat (END, block->label, DASHES, NULL);
  const char *close = find (block->next, end, closing);

  block->body = close != NULL ? block->next : NULL;
  block->body_length = close != NULL ? (gsize)(close - block->next) : 0;
  block->next = close != NULL ? close + strlen (closing) : end;
}

/**
 * stile_pem_find_block:
 * @block: (out caller-allocated): valid as long as @text
 * @text: where to begin
 * @end: one past the last character; no NUL is needed
 *
 * Finds the next block.  What only looks like the beginning of one is stepped over.
 *
 * Returns: whether there is one
 */
gboolean
stile_pem_find_block (StilePemBlock *block, const char *text, const char *end)
{
  for (const char *begin = find (text, end, BEGIN); begin != NULL; begin = find (begin + 1, end, BEGIN))
    if (read_label (block, begin + strlen (BEGIN), end))
      {
        read_body (block, end);
        return TRUE;
      }

  return FALSE;
}
