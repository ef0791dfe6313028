/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-binary-http.h"
#include "codec/stile-hex.h"

/* RFC 9292 section 5, figures 8, 9, 11 and 13. */
#define KNOWN_REQUEST                                                                                        \
  "0003474554056874747073000a2f6865"                                                                         \
  "6c6c6f2e747874406c0a757365722d61"                                                                         \
  "67656e74346375726c2f372e31362e33"                                                                         \
  "206c69626375726c2f372e31362e3320"                                                                         \
  "4f70656e53534c2f302e392e376c207a"                                                                         \
  "6c69622f312e322e3304686f73740f77"                                                                         \
  "77772e6578616d706c652e636f6d0f61"                                                                         \
  "63636570742d6c616e67756167650665"                                                                         \
  "6e2c206d690000"
#define INDETERMINATE_REQUEST                                                                                \
  "0203474554056874747073000a2f6865"                                                                         \
  "6c6c6f2e7478740a757365722d616765"                                                                         \
  "6e74346375726c2f372e31362e33206c"                                                                         \
  "69626375726c2f372e31362e33204f70"                                                                         \
  "656e53534c2f302e392e376c207a6c69"                                                                         \
  "622f312e322e3304686f73740f777777"                                                                         \
  "2e6578616d706c652e636f6d0f616363"                                                                         \
  "6570742d6c616e677561676506656e2c"                                                                         \
  "206d6900000000000000000000000000"
#define INDETERMINATE_RESPONSE                                                                               \
  "0340660772756e6e696e670a22736c65"                                                                         \
  "657020313522004067046c696e6b233c"                                                                         \
  "2f7374796c652e6373733e3b2072656c"                                                                         \
  "3d7072656c6f61643b2061733d737479"                                                                         \
  "6c65046c696e6b243c2f736372697074"                                                                         \
  "2e6a733e3b2072656c3d7072656c6f61"                                                                         \
  "643b2061733d7363726970740040c804"                                                                         \
  "646174651d4d6f6e2c203237204a756c"                                                                         \
  "20323030392031323a32383a35332047"                                                                         \
  "4d540673657276657206417061636865"                                                                         \
  "0d6c6173742d6d6f6469666965641d57"                                                                         \
  "65642c203232204a756c203230303920"                                                                         \
  "31393a31353a353620474d5404657461"                                                                         \
  "671422333461613338372d642d313536"                                                                         \
  "3865623030220d6163636570742d7261"                                                                         \
  "6e6765730562797465730e636f6e7465"                                                                         \
  "6e742d6c656e67746802353104766172"                                                                         \
  "790f4163636570742d456e636f64696e"                                                                         \
  "670c636f6e74656e742d747970650a74"                                                                         \
  "6578742f706c61696e003348656c6c6f"                                                                         \
  "20576f726c6421204d7920636f6e7465"                                                                         \
  "6e7420696e636c756465732061207472"                                                                         \
  "61696c696e672043524c462e0d0a0000"
#define KNOWN_RESPONSE                                                                                       \
  "0140c8001d5468697320636f6e74656e"                                                                         \
  "7420636f6e7461696e732043524c462e"                                                                         \
  "0d0a0d07747261696c65720474657874"

/* "GET https /", and what a message goes on with. */
#define GET_CONTROL "03474554 056874747073 00 012f "
#define GET "00 " GET_CONTROL
#define INDETERMINATE_GET "02 " GET_CONTROL

static StileHttpMessage *
decode (const char *hex, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (hex, " ", -1);
  g_autofree char *joined = g_strjoinv (NULL, parts);
  g_autoptr (GBytes) bytes = stile_hex_decode (joined, NULL);

  g_assert_nonnull (bytes);
  return stile_binary_http_decode (bytes, error);
}

static void
assert_refused (const char *hex, int code)
{
  g_autoptr (GError) error = NULL;

  if (decode (hex, &error) != NULL)
    g_error ("%s was taken", hex);
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_content (StileHttpMessage *message, const char *expected)
{
  GBytes *content = stile_http_message_get_content (message);

  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), expected, strlen (expected));
}

static void
assert_is_the_request (StileHttpMessage *message)
{
  g_assert_true (stile_http_message_is_request (message));
  g_assert_cmpstr (stile_http_message_get_method (message), ==, "GET");
  g_assert_cmpstr (stile_http_message_get_scheme (message), ==, "https");
  g_assert_cmpstr (stile_http_message_get_authority (message), ==, "");
  g_assert_cmpstr (stile_http_message_get_path (message), ==, "/hello.txt");
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 3);
  g_assert_cmpstr (stile_http_message_get_field (message, "user-agent"), ==,
                   "curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3");
  g_assert_cmpstr (stile_http_message_get_field (message, "host"), ==, "www.example.com");
  g_assert_cmpstr (stile_http_message_get_field (message, "accept-language"), ==, "en, mi");
  assert_content (message, "");
  g_assert_cmpuint (stile_http_message_get_n_trailers (message), ==, 0);
}

static void
test_reads_the_rfc_requests (void)
{
  static const char *const cases[] = { KNOWN_REQUEST, INDETERMINATE_REQUEST };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) message = decode (cases[i], &error);

      g_assert_no_error (error);
      assert_is_the_request (message);
    }
}

static void
test_reads_the_rfc_response_after_informational_ones (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) message = decode (INDETERMINATE_RESPONSE, &error);

  g_assert_no_error (error);
  g_assert_false (stile_http_message_is_request (message));
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 200);
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 8);
  g_assert_cmpstr (stile_http_message_get_field (message, "etag"), ==, "\"34aa387-d-1568eb00\"");
  g_assert_null (stile_http_message_get_field (message, "link"));
  assert_content (message, "Hello World! My content includes a trailing CRLF.\r\n");
}

static void
test_reads_the_rfc_response_with_a_trailer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) message = decode (KNOWN_RESPONSE, &error);
  const char *value;

  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 200);
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 0);
  assert_content (message, "This content contains CRLF.\r\n");
  g_assert_cmpuint (stile_http_message_get_n_trailers (message), ==, 1);
  g_assert_cmpstr (stile_http_message_get_nth_trailer (message, 0, &value), ==, "trailer");
  g_assert_cmpstr (value, ==, "text");
}

static void
test_writes_what_the_rfc_writes (void)
{
  static const char *const cases[] = { KNOWN_REQUEST, KNOWN_RESPONSE };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileHttpMessage) message = decode (cases[i], NULL);
      g_autoptr (GBytes) bytes = stile_binary_http_encode (message);
      g_autofree char *hex = stile_hex_encode_bytes (bytes);

      g_assert_cmpstr (hex, ==, cases[i]);
    }
}

/* RFC 9292 section 5.1: two bytes of the one request, and twelve of the other, can go. */
static void
test_takes_truncated_messages (void)
{
  static const struct
  {
    const char *hex;
    gsize spare;
  } cases[] = { { KNOWN_REQUEST, 2 }, { INDETERMINATE_REQUEST, 12 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize cut = 0; cut <= cases[i].spare; cut++)
      {
        g_autofree char *hex = g_strndup (cases[i].hex, strlen (cases[i].hex) - 2 * cut);
        g_autoptr (GError) error = NULL;
        g_autoptr (StileHttpMessage) message = decode (hex, &error);

        g_assert_no_error (error);
        assert_is_the_request (message);
      }
}

/* Only where a section would begin (RFC 9292 sections 3.1 and 3.8). */
static void
test_refuses_every_other_truncation (void)
{
  static const struct
  {
    const char *hex;
    gsize sections[4]; /* bytes before each; from the last on, nothing is left but zeros */
  } cases[] = {
    { KNOWN_REQUEST, { 23, 133, 134, 135 } },
    { INDETERMINATE_REQUEST, { 23, 132, 133, 134 } },
    { INDETERMINATE_RESPONSE, { 111, 314, 367, 368 } },
    { KNOWN_RESPONSE, { 3, 4, 34, 48 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize length = 0; length < cases[i].sections[3]; length++)
      {
        g_autofree char *hex = g_strndup (cases[i].hex, 2 * length);
        g_autoptr (StileHttpMessage) message = decode (hex, NULL);
        gboolean at_a_section = length == cases[i].sections[0] || length == cases[i].sections[1] ||
                                length == cases[i].sections[2];

        g_assert_cmpint (message != NULL, ==, at_a_section);
      }
}

static void
test_takes_zeros_as_padding (void)
{
  g_autoptr (StileHttpMessage) padded = decode (KNOWN_REQUEST "00000000", NULL);

  g_assert_nonnull (padded);
  assert_is_the_request (padded);
  assert_refused (KNOWN_REQUEST "01", G_IO_ERROR_INVALID_DATA);
  assert_refused (KNOWN_REQUEST "000001", G_IO_ERROR_INVALID_DATA);
  assert_refused (INDETERMINATE_REQUEST "ff", G_IO_ERROR_INVALID_DATA);
}

/* RFC 9000 section 16 lets a number take more bytes than it needs. */
static void
test_takes_long_numbers (void)
{
  g_autoptr (StileHttpMessage) message =
      decode ("4000 40034745548000000568747470730001 2f c000000000000000 4002 6869", NULL);

  g_assert_nonnull (message);
  g_assert_cmpstr (stile_http_message_get_path (message), ==, "/");
  assert_content (message, "hi");
}

static void
test_joins_chunks (void)
{
  g_autoptr (StileHttpMessage) message = decode (INDETERMINATE_GET "00 0168 026921 00 0161 0162 00", NULL);

  g_assert_nonnull (message);
  assert_content (message, "hi!");
  g_assert_cmpuint (stile_http_message_get_n_trailers (message), ==, 1);
}

static void
test_forgets_pseudo_fields_of_extensions (void)
{
  g_autoptr (StileHttpMessage) message = decode (GET "09 023a7a0161 0162 0163 00", NULL);

  g_assert_nonnull (message);
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, 1);
  g_assert_cmpstr (stile_http_message_get_field (message, "b"), ==, "c");
}

static const struct
{
  const char *hex;
  const char *says;
} invalid[] = {
  { "", "ends within a number" },
  { "04", "framing" },
  { "40", "ends within a number" },
  { "c0000000", "ends within a number" },
  { "ffffffffffffffff", "framing" },
  { "00ffffffffffffffff", "4611686018427387903 bytes should follow, 0 do" },
  { "00 03474554 ffffffffffffffff", "4611686018427387903" },
  { "00 00 056874747073 00 012f", "method" },
  { "00 03472054 056874747073 00 012f", "method" },
  { "00 03470054 056874747073 00 012f", "NUL" },
  { "00 03474554 00 00 012f", "scheme" },
  { "00 03474554 023170 00 012f", "scheme" },
  { "00 03474554 056874747073 03614062 012f", "authority" }, /* user@host */
  { "00 03474554 056874747073 0361200a 012f", "authority" },
  { "00 03474554 056874747073 00 00", "slash" },
  { "00 03474554 056874747073 00 0161", "slash" },
  { "00 03474554 056874747073 00 012a", "slash" }, /* an asterisk, and not for OPTIONS */
  { "00 03474554 056874747073 00 032f2062", "path" },
  { "00 03474554 056874747073 00 032f2362", "path" }, /* a fragment */
  { "00 03474554 056874747073 00 032fc3a4", "path" },
  { "00 07434f4e4e454354 056874747073 0161 012f", "CONNECT" },
  { GET "03 000161", "no name" },
  { GET "06 03612062 0161", "characters" },
  { GET "04 0161 010a", "line break" },
  { GET "04 0161 010d", "line break" },
  { GET "04 0161 0100", "NUL" },
  { GET "04 0161 0101", "characters" },
  { GET "05 0161 022061", "space" },
  { GET "05 0161 026109", "space" },
  { GET "0a 053a70617468 032f6162", "control data" }, /* :path */
  { GET "0b 0162 0163 043a7a7a7a 0161", "follows another" },
  { GET "00 00 05 023a7a0161", "trailer section" },
  { GET "ffffffffffffffff", "4611686018427387903" },
  { GET "00 ffffffffffffffff", "4611686018427387903" },
  { GET "00 00 ffffffffffffffff", "4611686018427387903" },
  { GET "0a 0161 ffffffffffffffff", "4611686018427387903" },
  { GET "02 0161 0162", "ends within a number" }, /* the line is longer than its section */
  { INDETERMINATE_GET "00 ffffffffffffffff", "4611686018427387903" },
  { INDETERMINATE_GET "00 0168", "ends within a number" }, /* no end of the content */
  { INDETERMINATE_GET "0161 0162", "ends within a number" },
  { "01", "ends within a number" },
  { "01 4063", "status" }, /* 99 */
  { "01 4258", "status" }, /* 600 */
  { "01 00", "status" },
  { "01 ffffffffffffffff", "status" },
  { "01 4064 00", "ends within a number" }, /* 100 and nothing final */
  { "01 4064 04 0161 0100 40c8", "NUL" },
};

static void
test_refuses_invalid_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (decode (invalid[i].hex, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      if (strstr (error->message, invalid[i].says) == NULL)
        g_error ("%s: %s", invalid[i].hex, error->message);
    }
}

static void
test_limits_informational_responses (void)
{
  GString *most = g_string_new ("01");
  g_autofree char *more = NULL;
  g_autofree char *enough = NULL;
  g_autoptr (StileHttpMessage) message = NULL;

  for (guint i = 0; i < STILE_BINARY_HTTP_MAX_INFORMATIONAL; i++)
    g_string_append (most, "406400");
  more = g_strconcat (most->str, "406400", "40c8", NULL);
  g_string_append (most, "40c8");
  enough = g_string_free (most, FALSE);

  message = decode (enough, NULL);
  g_assert_nonnull (message);
  g_assert_cmpuint (stile_http_message_get_status (message), ==, 200);
  assert_refused (more, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_limits_fields (void)
{
  GString *most = g_string_new (INDETERMINATE_GET);
  g_autofree char *more = NULL;
  g_autofree char *enough = NULL;
  g_autoptr (StileHttpMessage) message = NULL;

  for (guint i = 0; i < STILE_HTTP_MESSAGE_MAX_FIELDS; i++)
    g_string_append (most, "01610162");
  more = g_strconcat (most->str, "01610162", "000000", NULL);
  g_string_append (most, "000000");
  enough = g_string_free (most, FALSE);

  message = decode (enough, NULL);
  g_assert_nonnull (message);
  g_assert_cmpuint (stile_http_message_get_n_fields (message), ==, STILE_HTTP_MESSAGE_MAX_FIELDS);
  assert_refused (more, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_limits_the_size (void)
{
  g_autoptr (GBytes) bytes =
      g_bytes_new_take (g_malloc0 (STILE_BINARY_HTTP_MAX_SIZE + 1), STILE_BINARY_HTTP_MAX_SIZE + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_binary_http_decode (bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "16777217"));
  g_assert_nonnull (strstr (error->message, "16777216"));
}

/* One length of each size that a number has. */
static void
test_brings_content_of_any_size_back (void)
{
  static const gsize sizes[] = { 0, 1, 63, 64, 16383, 16384, 100000 };
  static const gsize length_sizes[] = { 1, 1, 1, 2, 2, 4, 4 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (StileHttpMessage) message =
          stile_http_message_new_request ("POST", "https", "a.example:8443", "/x?y");
      g_autoptr (GBytes) content = g_bytes_new_take (g_strnfill (sizes[i], 'x'), sizes[i]);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (StileHttpMessage) back = NULL;

      stile_http_message_set_content (message, "text/plain", content);
      g_assert_true (stile_http_message_add_trailer (message, "digest", "z"));
      bytes = stile_binary_http_encode (message);
      back = stile_binary_http_decode (bytes, NULL);

      g_assert_nonnull (back);
      g_assert_cmpstr (stile_http_message_get_authority (back), ==, "a.example:8443");
      g_assert_cmpstr (stile_http_message_get_field (back, "content-type"), ==, "text/plain");
      g_assert_true (g_bytes_equal (stile_http_message_get_content (back), content));
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizes[i] + 67 + length_sizes[i]);
      g_assert_cmpuint (stile_http_message_get_n_trailers (back), ==, 1);
    }
}

static void
test_writes_no_connection_fields (void)
{
  static const char *const names[] = { "Connection",        "Keep-Alive", "TE",
                                       "Transfer-Encoding", "Upgrade",    "X-Kept" };
  g_autoptr (StileHttpMessage) message = stile_http_message_new_response (200);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StileHttpMessage) back = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (stile_http_message_add_field (message, names[i], "x"));
  bytes = stile_binary_http_encode (message);
  back = stile_binary_http_decode (bytes, NULL);

  g_assert_nonnull (back);
  g_assert_cmpuint (stile_http_message_get_n_fields (back), ==, 1);
  g_assert_cmpstr (stile_http_message_get_field (back, "x-kept"), ==, "x");
}

static void
test_takes_connect_and_options (void)
{
  g_autoptr (StileHttpMessage) connect = decode ("00 07434f4e4e454354 00 05613a343433 00", NULL);
  g_autoptr (StileHttpMessage) options = decode ("00 074f5054494f4e53 056874747073 00 012a", NULL);

  g_assert_nonnull (connect);
  g_assert_cmpstr (stile_http_message_get_authority (connect), ==, "a:443");
  g_assert_nonnull (options);
  g_assert_cmpstr (stile_http_message_get_path (options), ==, "*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/binary-http/reads-the-rfc-requests", test_reads_the_rfc_requests);
  g_test_add_func ("/codec/binary-http/reads-the-rfc-response-after-informational-ones",
                   test_reads_the_rfc_response_after_informational_ones);
  g_test_add_func ("/codec/binary-http/reads-the-rfc-response-with-a-trailer",
                   test_reads_the_rfc_response_with_a_trailer);
  g_test_add_func ("/codec/binary-http/writes-what-the-rfc-writes", test_writes_what_the_rfc_writes);
  g_test_add_func ("/codec/binary-http/takes-truncated-messages", test_takes_truncated_messages);
  g_test_add_func ("/codec/binary-http/refuses-every-other-truncation", test_refuses_every_other_truncation);
  g_test_add_func ("/codec/binary-http/takes-zeros-as-padding", test_takes_zeros_as_padding);
  g_test_add_func ("/codec/binary-http/takes-long-numbers", test_takes_long_numbers);
  g_test_add_func ("/codec/binary-http/joins-chunks", test_joins_chunks);
  g_test_add_func ("/codec/binary-http/forgets-pseudo-fields-of-extensions",
                   test_forgets_pseudo_fields_of_extensions);
  g_test_add_func ("/codec/binary-http/refuses-invalid-messages", test_refuses_invalid_messages);
  g_test_add_func ("/codec/binary-http/limits-informational-responses", test_limits_informational_responses);
  g_test_add_func ("/codec/binary-http/limits-fields", test_limits_fields);
  g_test_add_func ("/codec/binary-http/limits-the-size", test_limits_the_size);
  g_test_add_func ("/codec/binary-http/brings-content-of-any-size-back",
                   test_brings_content_of_any_size_back);
  g_test_add_func ("/codec/binary-http/writes-no-connection-fields", test_writes_no_connection_fields);
  g_test_add_func ("/codec/binary-http/takes-connect-and-options", test_takes_connect_and_options);

  return g_test_run ();
}
