/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-der-writer.h"
#include "codec/stile-hex.h"

static StileDerReader
open_hex (GBytes **bytes, const char *hex, StileDerRules rules)
{
  *bytes = stile_hex_decode (hex, NULL);
  g_assert_nonnull (*bytes);

  return stile_der_reader (g_bytes_get_data (*bytes, NULL), g_bytes_get_size (*bytes), rules);
}

/* Whether a value is taken, and how many bytes it has, by the one and by the other rules; 0: refused. */
static void
test_rules (void)
{
  static const struct
  {
    const char *hex;
    gsize strict;
    gsize ber;
  } table[] = {
    { "0500", 2, 2 },
    { "040161", 3, 3 },
    { "040161ff", 3, 3 },
    { "04020000", 4, 4 },
    { "0403", 0, 0 },
    { "04", 0, 0 },
    { "048161", 0, 0 },
    { "04810161", 0, 4 }, /* longer than it is */
    { "0482000161", 0, 5 },
    { "0484000000", 0, 0 },
    { "048400000000", 0, 6 },
    { "04850000000000", 0, 0 }, /* a length of five bytes */
    { "04ff", 0, 0 },
    { "04847fffffff", 0, 0 },
    { "0484ffffffff", 0, 0 },
    { "0480610000", 0, 0 }, /* indefinite, but primitive */
    { "30800000", 0, 4 },
    { "308005000000", 0, 6 },
    { "30803080000005000000", 0, 10 },
    { "308005", 0, 0 },
    { "3080050000", 0, 0 }, /* no end */
    { "30800000ff", 0, 4 },
    { "1f8101", 0, 0 }, /* a tag above 30 */
    { "3006040161040162", 8, 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (StileDerRules rules = STILE_DER_STRICT; rules <= STILE_DER_BER; rules++)
      {
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (GError) error = NULL;
        StileDerReader reader = open_hex (&bytes, table[i].hex, rules);
        StileDerElement element = { 0 };
        gsize expected = rules == STILE_DER_STRICT ? table[i].strict : table[i].ber;

        if (stile_der_read_any (&reader, &element, &error) != (expected > 0))
          g_error ("%s: %s", table[i].hex, error != NULL ? error->message : "was taken");
        g_assert_cmpuint (element.size, ==, error == NULL ? expected : 0);
      }
}

static void
test_limits_the_depth (void)
{
  for (guint depth = STILE_DER_MAX_DEPTH; depth <= STILE_DER_MAX_DEPTH + 1; depth++)
    {
      g_autoptr (GByteArray) nested = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      StileDerReader reader;
      StileDerElement element;

      for (guint i = 0; i < depth; i++)
        g_byte_array_append (nested, (const guint8 *)"\x30\x80", 2);
      for (guint i = 0; i < depth; i++)
        g_byte_array_append (nested, (const guint8 *)"\0\0", 2);
      reader = stile_der_reader (nested->data, nested->len, STILE_DER_BER);
      if (depth == STILE_DER_MAX_DEPTH)
        g_assert_true (stile_der_read_any (&reader, &element, &error));
      else
        {
          g_assert_false (stile_der_read_any (&reader, &element, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
          g_assert_nonnull (strstr (error->message, "17 deep or more, the limit is 16"));
        }
    }
}

static void
test_octets (void)
{
  static const struct
  {
    const char *hex;
    const char *octets;
  } table[] = {
    { "0400", "" },
    { "0403616263", "616263" },
    { "2480040161040262630000", "616263" },
    { "240704016104026263", "616263" },
    { "248024800401610000040262630000", "616263" },
    { "24800501000000", NULL },
    { "0503616263", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      StileDerReader reader = open_hex (&bytes, table[i].hex, STILE_DER_BER);
      g_autoptr (GBytes) octets = stile_der_read_octets (&reader, NULL);
      g_autofree char *read = octets != NULL ? stile_hex_encode_bytes (octets) : NULL;

      g_assert_cmpstr (read, ==, table[i].octets);
    }
}

static void
test_object_identifiers (void)
{
  static const struct
  {
    const char *hex;
    const char *oid;
  } table[] = {
    { "06092a864886f70d010702", "1.2.840.113549.1.7.2" },
    { "060b2a864886f70d0109100128", "1.2.840.113549.1.9.16.1.40" },
    { "0603550405", "2.5.4.5" },
    { "06032b6570", "1.3.101.112" },
    { "060100", "0.0" },
    { "060127", "0.39" },
    { "06028837", "2.999" },
  };
  static const char *const refused[] = { "0600", "060180", "06028001", "060a81ffffffffffffffff7f", "0500" };
  static const char *const no_oids[] = { "",    "1",     "1.",     ".1",   "1.40",
                                         "3.1", "1.2.x", "1.2.-1", "1..2", "1.2.4294967296" };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      StileDerReader reader = open_hex (&bytes, table[i].hex, STILE_DER_STRICT);
      g_autofree char *oid = stile_der_read_oid (&reader, NULL);
      g_autoptr (GByteArray) written = g_byte_array_new ();

      g_assert_cmpstr (oid, ==, table[i].oid);
      g_assert_true (stile_der_writer_append_oid (written, table[i].oid));
      g_assert_cmpmem (written->data, written->len, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      StileDerReader reader = open_hex (&bytes, refused[i], STILE_DER_BER);

      g_assert_null (stile_der_read_oid (&reader, NULL));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (no_oids); i++)
    {
      g_autoptr (GByteArray) written = g_byte_array_new ();

      g_assert_false (stile_der_writer_append_oid (written, no_oids[i]));
      g_assert_cmpuint (written->len, ==, 0);
    }
}

static void
test_lengths_come_back (void)
{
  static const gsize lengths[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree guint8 *contents = g_malloc0 (lengths[i] + 1);
      g_autoptr (GByteArray) written = g_byte_array_new ();
      StileDerReader reader;
      StileDerElement element;

      stile_der_writer_append (written, STILE_DER_OCTET_STRING, contents, lengths[i]);
      reader = stile_der_reader (written->data, written->len, STILE_DER_STRICT);
      g_assert_true (stile_der_read (&reader, STILE_DER_OCTET_STRING, &element, NULL));
      g_assert_true (stile_der_read_end (&reader, NULL));
      g_assert_cmpuint (element.contents.length, ==, lengths[i]);
    }
}

/* X.690 section 11.6: as bytes, the shorter first where one begins the other. */
static void
test_sets_have_an_order (void)
{
  static const char *const elements[] = { "040162", "0402", "0401", "040161" };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GByteArray) written = g_byte_array_new ();
  g_autofree char *hex = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    g_ptr_array_add (list, stile_hex_decode (elements[i], NULL));
  stile_der_writer_append_set_of (written, STILE_DER_SET, list);
  hex = stile_hex_encode (written->data, written->len);
  g_assert_cmpstr (hex, ==, "310a04010401610401620402");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/der/rules", test_rules);
  g_test_add_func ("/codec/der/limits-the-depth", test_limits_the_depth);
  g_test_add_func ("/codec/der/octets", test_octets);
  g_test_add_func ("/codec/der/object-identifiers", test_object_identifiers);
  g_test_add_func ("/codec/der/lengths-come-back", test_lengths_come_back);
  g_test_add_func ("/codec/der/sets-have-an-order", test_sets_have_an_order);

  return g_test_run ();
}
