/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-flight.h"

#include <string.h>

#define HELLO "\x16\x03\x01\x00\x05\x01\x00\x00\x01\xaa"
#define SERVER_HELLO "\x16\x03\x03\x00\x04\x02\x00\x00\x00"
#define CIPHER_SPEC "\x14\x03\x03\x00\x01\x01"
#define ENCRYPTED "\x17\x03\x03\x00\x03xyz"
#define FINISHED_1_2 "\x16\x03\x03\x00\x03xyz"
#define ALERT "\x15\x03\x03\x00\x02\x02\x30"

static StileFlight *
make_flight (const char *bytes, gsize length)
{
  g_autoptr (GBytes) body = g_bytes_new (bytes, length);

  return stile_flight_new (STILE_ROLE_SERVER, 1, body);
}

#define MAKE(bytes) make_flight (bytes, sizeof (bytes) - 1)

static void
assert_record (StileFlight *flight, guint index, guint offset, guint length, guint8 type, gboolean encrypted)
{
  const StileFlightRecord *record = stile_flight_get_record (flight, index);

  g_assert_cmpuint (record->offset, ==, offset);
  g_assert_cmpuint (record->length, ==, length);
  g_assert_cmpuint (record->type, ==, type);
  g_assert_cmpint (record->encrypted, ==, encrypted);
}

static void
test_finds_records (void)
{
  g_autoptr (StileFlight) flight = MAKE (SERVER_HELLO CIPHER_SPEC ENCRYPTED ENCRYPTED);

  g_assert_true (stile_flight_is_well_formed (flight));
  g_assert_cmpuint (stile_flight_get_n_records (flight), ==, 4);
  assert_record (flight, 0, 0, 4, 22, FALSE);
  assert_record (flight, 1, 9, 1, 20, FALSE);
  assert_record (flight, 2, 15, 3, 23, TRUE);
  assert_record (flight, 3, 23, 3, 23, TRUE);
  g_assert_cmpuint (stile_flight_get_record (flight, 0)->version, ==, 0x0303);
  g_assert_cmpint (stile_flight_get_sender (flight), ==, STILE_ROLE_SERVER);
  g_assert_cmpuint (stile_flight_get_number (flight), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (stile_flight_get_bytes (flight)), ==, 31);
}

/* In TLS 1.2 a record keeps its type when it is encrypted: only the ChangeCipherSpec before it tells. */
static void
test_knows_encrypted_records_of_tls_1_2 (void)
{
  g_autoptr (StileFlight) flight = MAKE (CIPHER_SPEC FINISHED_1_2);

  assert_record (flight, 0, 0, 1, 20, FALSE);
  assert_record (flight, 1, 6, 3, 22, TRUE);
}

static void
assert_described (StileFlight *made, const char *expected)
{
  g_autoptr (StileFlight) flight = made;
  g_autofree char *text = stile_flight_describe (flight);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_describes (void)
{
  assert_described (MAKE (HELLO), "ClientHello");
  assert_described (MAKE (SERVER_HELLO CIPHER_SPEC ENCRYPTED ENCRYPTED),
                    "ServerHello, ChangeCipherSpec, 2 encrypted records");
  assert_described (MAKE (SERVER_HELLO ENCRYPTED), "ServerHello, 1 encrypted record");
  assert_described (MAKE (CIPHER_SPEC FINISHED_1_2), "ChangeCipherSpec, 1 encrypted record");
  assert_described (MAKE (ALERT), "Alert");
  assert_described (MAKE (""), "nothing more to say");
  assert_described (MAKE ("<html>"), "no TLS records");
}

/* Several messages in one record, and one message over several (RFC 8446 section 5.1). */
static void
test_describes_messages_over_records (void)
{
  assert_described (MAKE ("\x16\x03\x03\x00\x08\x02\x00\x00\x00\x0e\x00\x00\x00"),
                    "ServerHello, ServerHelloDone");
  assert_described (MAKE ("\x16\x03\x03\x00\x05\x0b\x00\x00\x02\xaa\x16\x03\x03\x00\x05\xbb\x14\x00\x00\x00"),
                    "Certificate, Finished");
  assert_described (MAKE ("\x16\x03\x03\x00\x04\x63\x00\x00\x00"), "Handshake");
  assert_described (MAKE ("\x16\x03\x03\x00\x04\x01\xff\xff\xff"), "ClientHello");
}

static void
test_keeps_what_is_malformed (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    guint records;
  } table[] = {
    { "", 0, 0 },
    { "\x16", 1, 0 },
    { "\x16\x03\x03\x00", 4, 0 },
    { "\x16\x03\x03\x00\x05\x01", 6, 0 },             /* cut in the payload */
    { "\x16\x03\x03\xff\xff", 5, 0 },                 /* more than there is */
    { SERVER_HELLO "\x17\x03", 11, 1 },               /* cut in a header */
    { SERVER_HELLO "\x17\x03\x03\x00\x03xy", 16, 1 }, /* cut in the next payload */
    { "HTTP/1.1 502 Bad Gateway\r\n", 26, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileFlight) flight = make_flight (table[i].bytes, table[i].length);
      g_autofree char *text = stile_flight_describe (flight);

      g_assert_false (stile_flight_is_well_formed (flight));
      g_assert_cmpuint (stile_flight_get_n_records (flight), ==, table[i].records);
      g_assert_cmpuint (g_bytes_get_size (stile_flight_get_bytes (flight)), ==, table[i].length);
    }
}

static void
test_stops_at_its_limit_of_records (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) body = NULL;
  g_autoptr (StileFlight) flight = NULL;

  for (guint i = 0; i < STILE_FLIGHT_MAX_RECORDS + 5; i++)
    g_byte_array_append (bytes, (const guint8 *)"\x17\x03\x03\x00\x00", 5);
  body = g_bytes_new (bytes->data, bytes->len);
  flight = stile_flight_new (STILE_ROLE_CLIENT, 3, body);
  g_assert_cmpuint (stile_flight_get_n_records (flight), ==, STILE_FLIGHT_MAX_RECORDS);
  g_assert_false (stile_flight_is_well_formed (flight));
}

static void
test_to_variant (void)
{
  g_autoptr (StileFlight) flight = MAKE (HELLO);
  g_autoptr (GVariant) brief = g_variant_ref_sink (stile_flight_to_variant (flight, FALSE));
  g_autoptr (GVariant) full = g_variant_ref_sink (stile_flight_to_variant (flight, TRUE));
  const char *text;
  gint64 number;

  g_assert_true (g_variant_lookup (brief, "sender", "&s", &text));
  g_assert_cmpstr (text, ==, "server");
  g_assert_true (g_variant_lookup (brief, "bytes", "x", &number));
  g_assert_cmpint (number, ==, 10);
  g_assert_true (g_variant_lookup (brief, "records", "x", &number));
  g_assert_cmpint (number, ==, 1);
  g_assert_true (g_variant_lookup (brief, "contents", "&s", &text));
  g_assert_cmpstr (text, ==, "ClientHello");
  g_assert_false (g_variant_lookup (brief, "base64", "&s", &text));
  g_assert_true (g_variant_lookup (full, "base64", "&s", &text));
  g_assert_cmpstr (text, ==, "FgMBAAUBAAABqg==");
  g_assert_finalize_object (g_steal_pointer (&flight));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/flight/finds-records", test_finds_records);
  g_test_add_func ("/atls/flight/knows-encrypted-records-of-tls-1.2",
                   test_knows_encrypted_records_of_tls_1_2);
  g_test_add_func ("/atls/flight/describes", test_describes);
  g_test_add_func ("/atls/flight/describes-messages-over-records", test_describes_messages_over_records);
  g_test_add_func ("/atls/flight/keeps-what-is-malformed", test_keeps_what_is_malformed);
  g_test_add_func ("/atls/flight/stops-at-its-limit-of-records", test_stops_at_its_limit_of_records);
  g_test_add_func ("/atls/flight/to-variant", test_to_variant);

  return g_test_run ();
}
