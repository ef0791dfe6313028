/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-client-hello.h"

#include <gio/gio.h>
#include <string.h>

/* GREASE (RFC 8701) in ciphers, extensions, groups and versions; name, protocols and padding. */
#define FULL_EXTENSIONS                                                                                      \
  "2a2a0000"                                                                                                 \
  "0000000e000c000009612e6578616d706c65"                                                                     \
  "00170000"                                                                                                 \
  "000a000800063a3a001d0017"                                                                                 \
  "000b00020100"                                                                                             \
  "000d00080006040308040401"                                                                                 \
  "0010000e000c02683208687474702f312e31"                                                                     \
  "002b0007064a4a03040303"                                                                                   \
  "00330000"                                                                                                 \
  "001500020000"                                                                                             \
  "5a5a000100"
#define FULL_CIPHERS "1a1a13011302c02b"

static void
append_hex (GByteArray *to, const char *hex)
{
  for (; *hex != '\0'; hex += 2)
    {
      guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_byte_array_append (to, &byte, 1);
    }
}

static void
append_number (GByteArray *to, gsize size, gsize number)
{
  for (gsize i = size; i > 0; i--)
    g_byte_array_append (to, &(guint8){ (guint8)(number >> 8 * (i - 1)) }, 1);
}

/* What a ClientHello has behind its four bytes of header; @extensions: NULL for one that ends before them. */
static GByteArray *
make_body (const char *ciphers, const char *extensions)
{
  GByteArray *body = g_byte_array_new ();

  append_number (body, 2, 0x0303);
  for (guint i = 0; i < 32; i++)
    append_number (body, 1, i);
  append_hex (body, "0401020304");
  append_number (body, 2, strlen (ciphers) / 2);
  append_hex (body, ciphers);
  append_hex (body, "0100");
  if (extensions == NULL)
    return body;

  append_number (body, 2, strlen (extensions) / 2);
  append_hex (body, extensions);
  return body;
}

static GByteArray *
make_message (const GByteArray *body)
{
  GByteArray *message = g_byte_array_new ();

  append_number (message, 1, 1);
  append_number (message, 3, body->len);
  g_byte_array_append (message, body->data, body->len);
  return message;
}

/* @piece: bytes of the message in each record */
static GByteArray *
make_records (const GByteArray *message, guint piece)
{
  GByteArray *records = g_byte_array_new ();

  for (guint at = 0; at < message->len; at += piece)
    {
      guint length = MIN (piece, message->len - at);

      append_hex (records, "160301");
      append_number (records, 2, length);
      g_byte_array_append (records, message->data + at, length);
    }
  return records;
}

static StileClientHello *
parse (const GByteArray *bytes, gsize length, gsize *wanted, GError **error)
{
  /* A copy of just this length: the address sanitizer sees a step beyond. */
  g_autofree guint8 *copy = g_memdup2 (bytes->data, length);

  return stile_client_hello_parse (copy, length, wanted, error);
}

static StileClientHello *
read_whole (const char *ciphers, const char *extensions)
{
  g_autoptr (GByteArray) body = make_body (ciphers, extensions);
  g_autoptr (GByteArray) message = make_message (body);
  g_autoptr (GByteArray) records = make_records (message, message->len);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, message->data, message->len);
  g_autoptr (GError) error = NULL;
  gsize wanted = 1;
  StileClientHello *hello = parse (records, records->len, &wanted, &error);

  g_assert_no_error (error);
  g_assert_nonnull (hello);
  g_assert_cmpuint (wanted, ==, 0);
  g_assert_cmpstr (hello->digest, ==, digest);
  return hello;
}

typedef struct
{
  const char *name;
  const char *ciphers;
  const char *extensions;
  const char *ja3;
  const char *ja4; /* the hashes are of sha256sum, over the sorted lists */
} Case;

static const Case cases[] = {
  /* 1301,1302,c02b and 000a,000b,000d,0015,0017,002b,0033_0403,0804,0401 */
  { "full", FULL_CIPHERS, FULL_EXTENSIONS, "771,4865-4866-49195,0-23-10-11-13-16-43-51-21,29-23,0",
    "t13d0309h2_5559582ccdc4_c57bafa26957" },
  /* c02b,002f, sorted; 000a,000b without signatures; no name, no protocol, no list of versions */
  { "modest", "c02b002f", "000a00040002001d000b00020100", "771,49195-47,10-11,29,0",
    "t12i020200_a137a120d3d9_33a13ba74d1c" },
  { "no-extensions", "c02b002f", NULL, "771,49195-47,,,", "t12i020000_a137a120d3d9_000000000000" },
  { "empty-extensions", "c02b002f", "", "771,49195-47,,,", "t12i020000_a137a120d3d9_000000000000" },
  { "only-grease", "1a1a", "2a2a0000", "771,,,,", "t12i000000_000000000000_000000000000" },
  /* Of a protocol's name, the first and the last letter; of several, the first. */
  { "one-letter", "c02b002f", "0010000400020178", "771,49195-47,16,,",
    "t12i0201xx_a137a120d3d9_000000000000" },
  { "http-1", "c02b002f", "0010000b000908687474702f312e31", "771,49195-47,16,,",
    "t12i0201h1_a137a120d3d9_000000000000" },
};

static void
test_writes_what_is_offered (gconstpointer data)
{
  const Case *expected = data;
  g_autoptr (StileClientHello) hello = read_whole (expected->ciphers, expected->extensions);

  g_assert_cmpstr (hello->ja3, ==, expected->ja3);
  g_assert_cmpstr (hello->ja4, ==, expected->ja4);
}

static void
test_reads_any_records (void)
{
  g_autoptr (StileClientHello) whole = read_whole (FULL_CIPHERS, FULL_EXTENSIONS);
  g_autoptr (GByteArray) body = make_body (FULL_CIPHERS, FULL_EXTENSIONS);
  g_autoptr (GByteArray) message = make_message (body);

  for (guint piece = 1; piece < message->len; piece++)
    {
      g_autoptr (GByteArray) records = make_records (message, piece);
      gsize wanted;
      g_autoptr (StileClientHello) hello = NULL;

      append_hex (records, "ffff");
      hello = parse (records, records->len, &wanted, NULL);
      g_assert_nonnull (hello);
      g_assert_cmpstr (hello->digest, ==, whole->digest);
      g_assert_cmpstr (hello->ja4, ==, whole->ja4);
    }
}

/* Each call says how much is to come before the next one is worth it: never less than is there. */
static void
test_waits_for_the_rest (void)
{
  g_autoptr (GByteArray) body = make_body (FULL_CIPHERS, FULL_EXTENSIONS);
  g_autoptr (GByteArray) message = make_message (body);
  g_autoptr (GByteArray) records = make_records (message, 50);

  for (gsize length = 0; length < records->len; length++)
    {
      g_autoptr (GError) error = NULL;
      gsize wanted;

      g_assert_null (parse (records, length, &wanted, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (wanted, >, length);
      g_assert_cmpuint (wanted, <=, records->len);
    }
}

/* Cut in the message, with records that say so: the one place where it may end is before the extensions. */
static void
test_refuses_a_cut_message (void)
{
  g_autoptr (GByteArray) body = make_body (FULL_CIPHERS, FULL_EXTENSIONS);
  gsize whole = body->len, before = whole - 2 - strlen (FULL_EXTENSIONS) / 2;

  for (gsize length = 0; length < whole; length++)
    {
      g_autoptr (GByteArray) message = NULL;
      g_autoptr (GByteArray) records = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (StileClientHello) hello = NULL;
      gsize wanted;

      g_byte_array_set_size (body, (guint)length);
      message = make_message (body);
      records = make_records (message, message->len);
      hello = parse (records, records->len, &wanted, &error);
      g_assert_cmpuint (wanted, ==, 0);
      g_assert_true ((hello != NULL) == (length == before));
      if (hello == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_byte_array_unref (body);
      body = make_body (FULL_CIPHERS, FULL_EXTENSIONS);
    }
}

static void
test_refuses_what_is_none (void)
{
  static const char *const others[] = {
    "474554202f20485454502f312e310d0a", /* GET / HTTP/1.1 */
    "1503010002022a",                   /* an alert */
    "160301000402000000",               /* a ServerHello */
    "1603010000",                       /* a record with nothing in it */
    "160301400100",                     /* a record that is too long */
    "160301000401ffffff",               /* a message that is too long */
    "16030100080100000403030000",       /* too short to be one */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      gsize wanted;

      append_hex (bytes, others[i]);
      g_assert_null (parse (bytes, bytes->len, &wanted, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_cmpuint (wanted, ==, 0);
    }
}

/* Lengths inside extensions that go beyond them, and lists of odd lengths. */
static void
test_refuses_damaged_extensions (void)
{
  static const char *const damaged[] = {
    "000a00040004001d", "000a000300010a", "000b00020200", "000d00040002", "0010000400030268", "001000030001",
    "00100003000100",   "002b0002020304", "002b00020103", "002b0000",     "0000ffff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GByteArray) body = make_body (FULL_CIPHERS, damaged[i]);
      g_autoptr (GByteArray) message = make_message (body);
      g_autoptr (GByteArray) records = make_records (message, message->len);
      g_autoptr (GError) error = NULL;
      gsize wanted;

      g_assert_null (parse (records, records->len, &wanted, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

/* Resuming a session and padding come and go with one client; another order of extensions is another client. */
static void
test_compares_clients (void)
{
  g_assert_true (stile_client_hello_is_alike ("771,1-2,0-23-41,29,0", "771,1-2,0-21-23-42,29,0"));
  g_assert_false (stile_client_hello_is_alike ("771,1-2,0-23,29,0", "771,1-2,23-0,29,0"));
  g_assert_false (stile_client_hello_is_alike ("771,1-2,0-23,29,0", "771,1,0-23,29,0"));
  g_assert_false (stile_client_hello_is_alike ("771,1-2,0-23,29,0", "771,1-2,0-23,29,"));
  g_assert_true (stile_client_hello_is_alike ("", ""));
  g_assert_false (stile_client_hello_is_alike ("", "771,1-2,0-23,29,0"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strconcat ("/codec/client-hello/writes-what-is-offered/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_writes_what_is_offered);
    }
  g_test_add_func ("/codec/client-hello/reads-any-records", test_reads_any_records);
  g_test_add_func ("/codec/client-hello/waits-for-the-rest", test_waits_for_the_rest);
  g_test_add_func ("/codec/client-hello/refuses-a-cut-message", test_refuses_a_cut_message);
  g_test_add_func ("/codec/client-hello/refuses-what-is-none", test_refuses_what_is_none);
  g_test_add_func ("/codec/client-hello/refuses-damaged-extensions", test_refuses_damaged_extensions);
  g_test_add_func ("/codec/client-hello/compares-clients", test_compares_clients);

  return g_test_run ();
}
