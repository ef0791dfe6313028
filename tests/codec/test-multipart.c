/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-multipart.h"

#define TYPE "multipart/mixed; boundary=b"

typedef struct
{
  const char *name;
  const char *content_type;
  const char *body;
  const char *expected; /* "type=content|type=content", or NULL: refused */
} Case;

static const Case cases[] = {
  { "two", TYPE, "--b\r\nContent-Type: x/y\r\n\r\none\r\n--b\r\ncontent-type:z/z\r\n\r\ntwo\r\n--b--\r\n",
    "x/y=one|z/z=two" },
  { "line-feeds", TYPE, "--b\nContent-Type: x/y\n\none\ntwo\n--b--\n", "x/y=one\ntwo" },
  { "around", TYPE, "This is MIME.\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\nrest", "-=one" },
  { "no-last-break", TYPE, "--b\r\n\r\none\r\n--b--", "-=one" },
  { "empty-part", TYPE, "--b\r\n\r\n--b--", "-=" },
  { "spaces-behind", TYPE, "--b \t\r\n\r\none\r\n--b-- \r\n", "-=one" },
  { "longer-boundary-within", TYPE, "--b\r\n\r\n--bb\r\n--b--c\r\n--b--", "-=--bb\r\n--b--c" },
  { "break-at-the-end", TYPE, "--b\r\n\r\none\r\n\r\n--b--", "-=one\r\n" },
  { "quoted-boundary", "multipart/mixed; boundary=\"a b\"", "--a b\r\n\r\none\r\n--a b--", "-=one" },
  { "folded-field", TYPE, "--b\r\nContent-Type: x/y;\r\n z=1\r\n\r\none\r\n--b--", "x/y; z=1=one" },
  { "other-type", "text/plain; boundary=b", "--b\r\n\r\none\r\n--b--", NULL },
  { "no-type", NULL, "--b\r\n\r\none\r\n--b--", NULL },
  { "no-boundary", "multipart/mixed", "--b\r\n\r\none\r\n--b--", NULL },
  { "empty-boundary", "multipart/mixed; boundary=\"\"", "--\r\n\r\none\r\n----", NULL },
  { "no-end", TYPE, "--b\r\n\r\none\r\n--b\r\n", NULL },
  { "no-parts", TYPE, "--b--", NULL },
  { "empty", TYPE, "", NULL },
  { "no-field", TYPE, "--b\r\nnothing\r\n\r\none\r\n--b--", NULL },
  { "no-name", TYPE, "--b\r\n: x\r\n\r\none\r\n--b--", NULL },
  { "two-types", TYPE, "--b\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\none\r\n--b--", NULL },
  { "folded-first", TYPE, "--b\r\n x\r\n\r\none\r\n--b--", NULL },
  { "ends-in-head", TYPE, "--b\r\nContent-Type: x/y\r\n--b--", NULL },
};

static char *
describe (GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      StileMultipartPart *part = g_ptr_array_index (parts, i);

      g_string_append_printf (text, "%s%s=", i > 0 ? "|" : "",
                              part->content_type != NULL ? part->content_type : "-");
      g_string_append_len (text, g_bytes_get_data (part->content, NULL),
                           (gssize)g_bytes_get_size (part->content));
    }

  return g_string_free (text, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (GBytes) body = g_bytes_new_static (it->body, strlen (it->body));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = stile_multipart_parse (body, it->content_type, &error);
  g_autofree char *found = NULL;

  if (it->expected == NULL)
    {
      g_assert_null (parts);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      return;
    }

  g_assert_no_error (error);
  found = describe (parts);
  g_assert_cmpstr (found, ==, it->expected);
}

static void
test_reads_what_it_writes (void)
{
  g_autoptr (GPtrArray) parts = stile_multipart_new ();
  g_autoptr (GBytes) one = g_bytes_new_static ("b25l\n", 5);
  g_autoptr (GBytes) two = g_bytes_new_static ("", 0);
  g_autofree char *type = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = NULL;
  g_autofree char *found = NULL;

  stile_multipart_add (parts, "application/pkcs8", one);
  stile_multipart_add (parts, "application/pkcs7-mime; smime-type=certs-only", two);
  body = stile_multipart_write (parts, &type);
  read = stile_multipart_parse (body, type, &error);
  g_assert_no_error (error);
  found = describe (read);
  g_assert_cmpstr (found, ==, "application/pkcs8=b25l\n|application/pkcs7-mime; smime-type=certs-only=");
}

static void
assert_too_large (GString *text)
{
  g_autoptr (GBytes) body = g_bytes_new_static (text->str, text->len);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_multipart_parse (body, TYPE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_limits (void)
{
  g_autoptr (GString) parts = g_string_new (NULL);
  g_autoptr (GString) fields = g_string_new ("--b\r\n");
  g_autoptr (GString) field = g_string_new ("--b\r\nx:");
  g_autoptr (GString) bytes = g_string_new ("--b\r\n\r\n");

  for (guint i = 0; i <= STILE_MULTIPART_MAX_PARTS; i++)
    g_string_append (parts, "--b\r\n\r\n\r\n");
  g_string_append (parts, "--b--");
  assert_too_large (parts);

  for (guint i = 0; i <= STILE_MULTIPART_MAX_FIELDS; i++)
    g_string_append (fields, "x: y\r\n");
  g_string_append (fields, "\r\n--b--");
  assert_too_large (fields);

  for (guint i = 0; i < STILE_MULTIPART_MAX_FIELD_LENGTH; i++)
    g_string_append (field, "\r\n y");
  g_string_append (field, "\r\n\r\n--b--");
  assert_too_large (field);

  g_string_set_size (bytes, STILE_MULTIPART_MAX_SIZE);
  g_string_append (bytes, "\r\n--b--");
  assert_too_large (bytes);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/codec/multipart/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_case);
    }
  g_test_add_func ("/codec/multipart/reads-what-it-writes", test_reads_what_it_writes);
  g_test_add_func ("/codec/multipart/limits", test_limits);

  return g_test_run ();
}
