/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-client-hello.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_HEADER 5
#define RECORD_HANDSHAKE 22
#define MESSAGE_HEADER 4
#define MESSAGE_CLIENT_HELLO 1
#define RANDOM_SIZE 32

/* Ciphers, extensions, groups: lists of some dozen. */
#define MAX_LIST 512

/* The IANA registry of TLS extensions. */
#define EXTENSION_SERVER_NAME 0
#define EXTENSION_GROUPS 10
#define EXTENSION_POINT_FORMATS 11
#define EXTENSION_SIGNATURES 13
#define EXTENSION_PROTOCOLS 16
#define EXTENSION_PADDING 21
#define EXTENSION_PRE_SHARED_KEY 41
#define EXTENSION_EARLY_DATA 42
#define EXTENSION_VERSIONS 43

/* What is read, and how far reading has come. */
typedef struct
{
  const guint8 *bytes;
  gsize left;
} Reader;

typedef struct
{
  guint16 values[MAX_LIST];
  gsize count;
} List;

typedef struct
{
  guint16 version;
  guint16 best_version;
  List ciphers;
  List extensions;
  List groups;
  List formats;
  List signatures;
  gboolean has_name;
  char protocol[3]; /* first and last letter of the first ALPN value; "00" without */
} Offer;

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
read_bytes (Reader *self, gsize length, Reader *part)
{
  if (length > self->left)
    return FALSE;

  part->bytes = self->bytes;
  part->left = length;
  self->bytes += length;
  self->left -= length;
  return TRUE;
}

static gboolean
read_number (Reader *self, gsize size, gsize *number)
{
  Reader part;

  if (!read_bytes (self, size, &part))
    return FALSE;

  *number = 0;
  for (gsize i = 0; i < size; i++)
    *number = *number << 8 | part.bytes[i];
  return TRUE;
}

/* A length of @size bytes, and what it is the length of. */
static gboolean
read_vector (Reader *self, gsize size, Reader *part)
{
  gsize length;

  return read_number (self, size, &length) && read_bytes (self, length, part);
}

/* RFC 8701: 0x0a0a, 0x1a1a, …, 0xfafa say nothing. */
static gboolean
is_grease (guint16 value)
{
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

static gboolean
read_list (Reader *from, gsize size, List *list)
{
  gsize value;

  while (from->left > 0)
    {
      if (!read_number (from, size, &value))
        return FALSE;
      if (size == 2 && is_grease ((guint16)value))
        continue;
      if (list->count == MAX_LIST)
        return FALSE;
      list->values[list->count++] = (guint16)value;
    }

  return TRUE;
}

static gboolean
read_versions (Reader *body, Offer *offer)
{
  Reader list;
  gsize version;

  if (!read_vector (body, 1, &list))
    return FALSE;
  while (list.left > 0)
    {
      if (!read_number (&list, 2, &version))
        return FALSE;
      if (!is_grease ((guint16)version))
        offer->best_version = MAX (offer->best_version, (guint16)version);
    }

  return TRUE;
}

static gboolean
read_protocols (Reader *body, Offer *offer)
{
  Reader list, first;

  if (!read_vector (body, 2, &list) || !read_vector (&list, 1, &first) || first.left == 0)
    return FALSE;

  if (g_ascii_isalnum (first.bytes[0]) && g_ascii_isalnum (first.bytes[first.left - 1]))
    {
      offer->protocol[0] = (char)first.bytes[0];
      offer->protocol[1] = (char)first.bytes[first.left - 1];
    }
  return TRUE;
}

static gboolean
read_extension (guint16 type, Reader *body, Offer *offer)
{
  Reader list;

  switch (type)
    {
    case EXTENSION_SERVER_NAME:
      offer->has_name = TRUE;
      return TRUE;
    case EXTENSION_GROUPS:
      return read_vector (body, 2, &list) && read_list (&list, 2, &offer->groups);
    case EXTENSION_POINT_FORMATS:
      return read_vector (body, 1, &list) && read_list (&list, 1, &offer->formats);
    case EXTENSION_SIGNATURES:
      return read_vector (body, 2, &list) && read_list (&list, 2, &offer->signatures);
    case EXTENSION_PROTOCOLS:
      return read_protocols (body, offer);
    case EXTENSION_VERSIONS:
      return read_versions (body, offer);
    default:
      return TRUE;
    }
}

static gboolean
read_extensions (Reader *from, Offer *offer)
{
  gsize type;
  Reader body;

  while (from->left > 0)
    {
      if (!read_number (from, 2, &type) || !read_vector (from, 2, &body) ||
          !read_extension ((guint16)type, &body, offer))
        return FALSE;
      if (is_grease ((guint16)type))
        continue;
      if (offer->extensions.count == MAX_LIST)
        return FALSE;
      offer->extensions.values[offer->extensions.count++] = (guint16)type;
    }

  return TRUE;
}

/* RFC 8446 section 4.1.2. */
static gboolean
read_offer (Reader message, Offer *offer)
{
  gsize version;
  Reader random, session, ciphers, methods, extensions;

  memcpy (offer->protocol, "00", sizeof offer->protocol);
  if (!read_number (&message, 2, &version) || !read_bytes (&message, RANDOM_SIZE, &random) ||
      !read_vector (&message, 1, &session) || !read_vector (&message, 2, &ciphers) ||
      !read_list (&ciphers, 2, &offer->ciphers) || !read_vector (&message, 1, &methods))
    return FALSE;

  offer->version = (guint16)version;
  offer->best_version = offer->version;
  return message.left == 0 ||
         (read_vector (&message, 2, &extensions) && read_extensions (&extensions, offer));
}

/* --- as texts --- */

static void
append_list (GString *text, const List *list)
{
  g_string_append_c (text, ',');
  for (gsize i = 0; i < list->count; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "-" : "", list->values[i]);
}

static char *
write_ja3 (const Offer *offer)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u", offer->version);
  append_list (text, &offer->ciphers);
  append_list (text, &offer->extensions);
  append_list (text, &offer->groups);
  append_list (text, &offer->formats);

  return g_string_free (text, FALSE);
}

static int
compare_values (const void *a, const void *b)
{
  return (int)*(const guint16 *)a - (int)*(const guint16 *)b;
}

static void
append_hex (GString *text, const List *list)
{
  for (gsize i = 0; i < list->count; i++)
    g_string_append_printf (text, "%s%04x", i > 0 ? "," : "", list->values[i]);
}

/* The first twelve digits of a hash; twelve zeros for nothing. */
static char *
shorten (const char *text)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return *text == '\0' ? g_strdup ("000000000000") : g_strndup (digest, 12);
}

static char *
hash_ciphers (const Offer *offer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  List sorted = offer->ciphers;

  qsort (sorted.values, sorted.count, sizeof sorted.values[0], compare_values);
  append_hex (text, &sorted);
  return shorten (text->str);
}

static char *
hash_extensions (const Offer *offer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  List sorted = { .count = 0 };

  for (gsize i = 0; i < offer->extensions.count; i++)
    if (offer->extensions.values[i] != EXTENSION_SERVER_NAME &&
        offer->extensions.values[i] != EXTENSION_PROTOCOLS)
      sorted.values[sorted.count++] = offer->extensions.values[i];
  qsort (sorted.values, sorted.count, sizeof sorted.values[0], compare_values);
  append_hex (text, &sorted);
  if (offer->signatures.count > 0)
    g_string_append_c (text, '_');
  append_hex (text, &offer->signatures);
  return shorten (text->str);
}

static const char *
name_version (guint16 version)
{
  static const char *const names[] = { "s3", "10", "11", "12", "13" };

  return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300] : "00";
}

static char *
write_ja4 (const Offer *offer)
{
  g_autofree char *ciphers = hash_ciphers (offer);
  g_autofree char *extensions = hash_extensions (offer);

  return g_strdup_printf ("t%s%c%02u%02u%s_%s_%s", name_version (offer->best_version),
                          offer->has_name ? 'd' : 'i', (guint)MIN (offer->ciphers.count, 99),
                          (guint)MIN (offer->extensions.count, 99), offer->protocol, ciphers, extensions);
}

/* --- the message in its records --- */

static gboolean
ask_for (gsize *wanted, gsize bytes)
{
  *wanted = bytes;
  return TRUE;
}

/* Puts the message together from the records that hold it.  @wanted says how many bytes must be there before it is worth
 * looking again; 0 when it is whole. */
static gboolean
collect (Reader records, GByteArray *message, gsize *wanted, GError **error)
{
  gsize seen = 0, whole = MESSAGE_HEADER;

  while (message->len < whole)
    {
      gsize type, version, length;
      Reader body;

      if (records.left < RECORD_HEADER)
        return ask_for (wanted, seen + RECORD_HEADER);
      if (!read_number (&records, 1, &type) || !read_number (&records, 2, &version) ||
          !read_number (&records, 2, &length) || type != RECORD_HANDSHAKE || length == 0 ||
          seen + RECORD_HEADER + length > STILE_CLIENT_HELLO_MAX_SIZE)
        return refuse (error, _ ("These are no TLS records with a ClientHello"));
      seen += RECORD_HEADER + length;
      if (!read_bytes (&records, length, &body))
        return ask_for (wanted, seen);
      g_byte_array_append (message, body.bytes, (guint)body.left);
      if (message->len >= MESSAGE_HEADER)
        whole = MESSAGE_HEADER +
                ((gsize)message->data[1] << 16 | (gsize)message->data[2] << 8 | message->data[3]);
      if (message->data[0] != MESSAGE_CLIENT_HELLO || whole > STILE_CLIENT_HELLO_MAX_SIZE)
        return refuse (error, _ ("The first message is no ClientHello"));
    }

  g_byte_array_set_size (message, (guint)whole);
  *wanted = 0;
  return TRUE;
}

/**
 * stile_client_hello_parse:
 * @bytes: the first bytes of a TCP connection
 * @wanted: (out): how many bytes must be there before it is worth trying again; 0 when more will not help
 *
 * %G_IO_ERROR_INVALID_DATA when it is no ClientHello, or a longer one than %STILE_CLIENT_HELLO_MAX_SIZE.
 *
 * Returns: (transfer full) (nullable): what it offers; %NULL without an error when it is not whole yet
 */
StileClientHello *
stile_client_hello_parse (const guint8 *bytes, gsize length, gsize *wanted, GError **error)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autofree Offer *offer = g_new0 (Offer, 1);
  Reader body;
  StileClientHello *self;

  *wanted = 0;
  if (!collect ((Reader){ bytes, length }, message, wanted, error) || *wanted > 0)
    return NULL;
  body = (Reader){ message->data + MESSAGE_HEADER, message->len - MESSAGE_HEADER };
  if (!read_offer (body, offer))
    {
      refuse (error, _ ("The ClientHello is damaged"));
      return NULL;
    }

  self = g_new0 (StileClientHello, 1);
  self->digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, message->data, message->len);
  self->ja3 = write_ja3 (offer);
  self->ja4 = write_ja4 (offer);
  return self;
}

void
stile_client_hello_free (StileClientHello *self)
{
  g_free (self->digest);
  g_free (self->ja3);
  g_free (self->ja4);
  g_free (self);
}

/* --- comparing --- */

static gboolean
comes_and_goes (const char *extension)
{
  guint64 type = g_ascii_strtoull (extension, NULL, 10);

  return type == EXTENSION_PADDING || type == EXTENSION_PRE_SHARED_KEY || type == EXTENSION_EARLY_DATA;
}

static char *
reduce (const char *ja3)
{
  g_auto (GStrv) parts = g_strsplit (ja3, ",", 5);
  g_autoptr (GString) kept = g_string_new (NULL);
  g_auto (GStrv) extensions = g_strv_length (parts) == 5 ? g_strsplit (parts[2], "-", MAX_LIST) : NULL;

  for (gsize i = 0; extensions != NULL && extensions[i] != NULL; i++)
    if (!comes_and_goes (extensions[i]))
      g_string_append_printf (kept, "-%s", extensions[i]);

  return extensions != NULL
             ? g_strdup_printf ("%s,%s,%s,%s,%s", parts[0], parts[1], kept->str, parts[3], parts[4])
             : g_strdup (ja3);
}

/**
 * stile_client_hello_is_alike:
 *
 * Whether the same kind of client sends both: what comes with resuming a session, and padding, is not looked at.
 */
gboolean
stile_client_hello_is_alike (const char *ja3, const char *other)
{
  g_autofree char *one = reduce (ja3);
  g_autofree char *two = reduce (other);

  return strcmp (one, two) == 0;
}
