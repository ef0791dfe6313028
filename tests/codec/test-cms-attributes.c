/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-cms-attributes.h"
#include "codec/stile-hex.h"

/* Attributes of RFC 5652 section 11, each a whole SEQUENCE: id-data, a digest of three bytes, 2026-11-25T22:46:32Z. */
#define CONTENT_TYPE "301806092a864886f70d010903310b06092a864886f70d010701"
#define MESSAGE_DIGEST "301206092a864886f70d01090431050403616263"
#define SIGNING_TIME "301c06092a864886f70d010905310f170d3236313132353232343633325a"
#define OTHER "300a06032a030431030101ff"

/* The same with nothing in the SET, or with two values there. */
#define EMPTY_CONTENT_TYPE "300d06092a864886f70d0109033100"
#define TWO_CONTENT_TYPES "302306092a864886f70d010903311606092a864886f70d01070106092a864886f70d010701"
#define EMPTY_MESSAGE_DIGEST "300d06092a864886f70d0109043100"
#define TWO_MESSAGE_DIGESTS "301706092a864886f70d010904310a04036162630403616263"

static gboolean
read_hex (StileCmsAttributes *attributes, const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = stile_hex_decode (hex, NULL);
  StileDerReader reader;

  g_assert_nonnull (bytes);
  reader = stile_der_reader (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), STILE_DER_STRICT);
  return stile_cms_attributes_read (attributes, &reader, error);
}

static void
test_reads (void)
{
  static const struct
  {
    const char *hex;
    gint64 signing_time;
  } table[] = {
    { CONTENT_TYPE MESSAGE_DIGEST, G_MININT64 },
    { MESSAGE_DIGEST CONTENT_TYPE, G_MININT64 },
    { CONTENT_TYPE SIGNING_TIME MESSAGE_DIGEST, 1795646792 },
    { OTHER CONTENT_TYPE OTHER MESSAGE_DIGEST, G_MININT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (StileCmsAttributes) attributes = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (read_hex (&attributes, table[i].hex, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (attributes.content_type, ==, "1.2.840.113549.1.7.1");
      g_assert_cmpmem (g_bytes_get_data (attributes.message_digest, NULL),
                       g_bytes_get_size (attributes.message_digest), "abc", 3);
      g_assert_cmpint (attributes.signing_time, ==, table[i].signing_time);
    }
}

/* RFC 5652 section 5.3, 11.1, 11.2. */
static void
test_refuses (void)
{
  static const struct
  {
    const char *hex;
    const char *says;
  } table[] = {
    { "", "lacks its contentType" },
    { MESSAGE_DIGEST, "lacks its contentType" },
    { CONTENT_TYPE, "lacks its messageDigest" },
    { CONTENT_TYPE MESSAGE_DIGEST CONTENT_TYPE, "its contentType attribute twice" },
    { CONTENT_TYPE MESSAGE_DIGEST MESSAGE_DIGEST, "its messageDigest attribute twice" },
    { CONTENT_TYPE MESSAGE_DIGEST SIGNING_TIME SIGNING_TIME, "its signingTime attribute twice" },
    { EMPTY_CONTENT_TYPE MESSAGE_DIGEST, "tag 0x06 is missing" },
    { TWO_CONTENT_TYPES MESSAGE_DIGEST, "something follows" },
    { CONTENT_TYPE EMPTY_MESSAGE_DIGEST, "ends within a value" },
    { CONTENT_TYPE TWO_MESSAGE_DIGESTS, "something follows" },
    { CONTENT_TYPE MESSAGE_DIGEST "0500", "tag 0x05 is where 0x30 should be" },
    { OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER OTHER,
      "17 attributes or more, the limit is 16" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (StileCmsAttributes) attributes = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (read_hex (&attributes, table[i].hex, &error));
      g_assert_nonnull (error);
      if (strstr (error->message, table[i].says) == NULL)
        g_error ("“%s” does not say “%s”", error->message, table[i].says);
    }
}

static char *
make_signing_time (const char *tag, const char *text)
{
  gsize length = strlen (text);
  g_autofree char *hex = stile_hex_encode ((const guint8 *)text, length);

  return g_strdup_printf (CONTENT_TYPE MESSAGE_DIGEST "30%02x06092a864886f70d01090531%02x%s%02x%s",
                          (guint)length + 15, (guint)length + 2, tag, (guint)length, hex);
}

/* RFC 5652 section 11.3: seconds and "Z", nothing else.  Two digits are the years 1950 to 2049. */
static void
test_signing_times (void)
{
  static const struct
  {
    const char *tag;
    const char *text;
    gint64 expected; /* G_MININT64: refused */
  } table[] = {
    { "17", "261125224632Z", 1795646792 },     { "18", "20261125224632Z", 1795646792 },
    { "17", "491231235959Z", 2524607999 },     { "17", "500101000000Z", -631152000 },
    { "18", "20500101000000Z", 2524608000 },   { "17", "2611252246Z", G_MININT64 },
    { "17", "261125224632+0000", G_MININT64 }, { "17", "261125224632", G_MININT64 },
    { "17", "261325224632Z", G_MININT64 },     { "17", "26112522463 Z", G_MININT64 },
    { "17", "20261125224632Z", G_MININT64 },   { "18", "261125224632Z", G_MININT64 },
    { "18", "20261125224632.5Z", G_MININT64 }, { "0c", "261125224632Z", G_MININT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *hex = make_signing_time (table[i].tag, table[i].text);
      g_auto (StileCmsAttributes) attributes = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (read_hex (&attributes, hex, &error), ==, table[i].expected != G_MININT64);
      g_assert_cmpint (attributes.signing_time, ==, table[i].expected);
      if (error != NULL)
        g_assert_cmpstr (error->message, ==, "The signing time is no time");
    }
}

/* In DER's order: the shorter first. */
static void
test_writes (void)
{
  g_autoptr (GBytes) digest = g_bytes_new_static ("abc", 3);
  const StileCmsAttributes attributes = { (char *)"1.2.840.113549.1.7.1", digest, 1795646792 };
  g_autoptr (GBytes) written = stile_cms_attributes_write (&attributes);
  g_autofree char *hex = stile_hex_encode_bytes (written);

  g_assert_cmpstr (hex, ==, "314c" MESSAGE_DIGEST CONTENT_TYPE SIGNING_TIME);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/cms-attributes/reads", test_reads);
  g_test_add_func ("/codec/cms-attributes/refuses", test_refuses);
  g_test_add_func ("/codec/cms-attributes/signing-times", test_signing_times);
  g_test_add_func ("/codec/cms-attributes/writes", test_writes);

  return g_test_run ();
}
