/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-receipt-body.h"

#include <string.h>

#include "transport/stile-media-type.h"

#define DIGEST_SIZE 32

/* The only types that a client may ask for: none is run or rendered by a browser. */
static const struct
{
  const char *name;
  const char *media_type;
  gboolean text;
} types[] = {
  { "octets", "application/octet-stream", FALSE },
  { "text", "text/plain", TRUE },
  { "json", "application/json", TRUE },
  { "atls", STILE_MEDIA_TYPE_FLIGHT, FALSE },
  { "sealed", STILE_MEDIA_TYPE_SEALED, FALSE },
};

static gssize
find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].name, name) == 0)
      return (gssize)i;

  return -1;
}

/**
 * stile_http_receipt_body_find_type:
 * @name: as in a request's query
 *
 * Returns: (transfer none) (nullable): the media type; %NULL for a name that is none
 */
const char *
stile_http_receipt_body_find_type (const char *name)
{
  gssize index = find (name);

  return index >= 0 ? types[index].media_type : NULL;
}

/* Hashes one after the other: nobody can make that shorter. */
static void
fill_with_noise (guint8 *bytes, const char *nonce, gsize length)
{
  for (gsize offset = 0, block = 0; offset < length; offset += DIGEST_SIZE, block++)
    {
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      guint8 digest[DIGEST_SIZE];
      gsize size = sizeof digest;

      g_checksum_update (checksum, (const guchar *)nonce, -1);
      g_checksum_update (checksum, (const guchar *)&block, sizeof block);
      g_checksum_get_digest (checksum, digest, &size);
      memcpy (bytes + offset, digest, MIN (size, length - offset));
    }
}

/* A string of JSON, whatever its length: lines of the nonce, which whoever compresses makes much shorter. */
static void
fill_with_text (guint8 *bytes, const char *nonce, gsize length, gboolean json)
{
  gsize width = strlen (nonce);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(i % (width + 1) == width ? (json ? ' ' : '\n') : nonce[i % (width + 1)]);
  if (json && length > 1)
    bytes[0] = bytes[length - 1] = '"';
}

/**
 * stile_http_receipt_body_make:
 * @name: of a type that stile_http_receipt_body_find_type() knows
 * @nonce: no two answers are the same
 *
 * Returns: (transfer full): @length bytes
 */
GBytes *
stile_http_receipt_body_make (const char *name, const char *nonce, gsize length)
{
  guint8 *bytes = g_malloc (MAX (length, 1));

  if (types[MAX (find (name), 0)].text)
    fill_with_text (bytes, nonce, length, strcmp (name, "json") == 0);
  else
    fill_with_noise (bytes, nonce, length);

  return g_bytes_new_take (bytes, length);
}
