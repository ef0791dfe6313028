/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-code-words.h"

/* ISO/IEC 16022 5.7: x⁸ + x⁵ + x³ + x² + 1, of which 2 makes all of the field but 0. */
#define POLYNOMIAL 0x12d

static guint8
multiply (guint8 a, guint8 b)
{
  guint product = 0;
  guint shifted = a;

  for (guint bit = 1; bit <= b; bit <<= 1, shifted <<= 1)
    {
      if ((shifted & 0x100) != 0)
        shifted ^= POLYNOMIAL;
      if ((b & bit) != 0)
        product ^= shifted;
    }

  return (guint8)product;
}

/* The words of a block as a polynomial, at @point: Horner's rule, over words that are taken in turn. */
static guint8
evaluate (const guint8 *words, gsize n_data, gsize n_error, gsize n_blocks, gsize block, guint8 point)
{
  guint8 value = 0;

  for (gsize i = block; i < n_data; i += n_blocks)
    value = multiply (value, point) ^ words[i];
  for (gsize i = block; i < n_error; i += n_blocks)
    value = multiply (value, point) ^ words[n_data + i];

  return value;
}

/**
 * stile_code_words_are_whole:
 * @words: the code words of a data matrix code (ECC 200), after errors were put right: first data, then error correction
 * @n_blocks: in how many blocks they are, a word of each in turn; not 0
 *
 * libdmtx also gives words that it could not put right, of something that only looks like a code or was too small; what
 * they say is nobody's serial number.
 *
 * Returns: whether they are what an encoder makes
 */
gboolean
stile_code_words_are_whole (const guint8 *words, gsize n_data, gsize n_error, gsize n_blocks)
{
  for (gsize block = 0; block < n_blocks; block++)
    {
      guint8 root = 1;

      for (gsize i = 0; i < n_error / n_blocks; i++)
        {
          root = multiply (root, 2);
          if (evaluate (words, n_data, n_error, n_blocks, block, root) != 0)
            return FALSE;
        }
    }

  return TRUE;
}
