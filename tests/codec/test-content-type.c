/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-content-type.h"

typedef struct
{
  const char *name;
  const char *value;
  const char *type;      /* NULL: refused */
  const char *parameter; /* "name=value", or NULL */
} Case;

static const Case cases[] = {
  { "plain", "application/pkcs10", "application/pkcs10", NULL },
  { "case", "Application/PKCS7-MIME", "application/pkcs7-mime", NULL },
  { "parameter", "application/pkcs7-mime; smime-type=certs-only", "application/pkcs7-mime",
    "smime-type=certs-only" },
  { "no-space", "application/pkcs7-mime;smime-type=certs-only", "application/pkcs7-mime",
    "smime-type=certs-only" },
  { "parameter-case", "multipart/mixed; Boundary=AbC", "multipart/mixed", "boundary=AbC" },
  { "quoted", "multipart/mixed; boundary=\"a b;c\"", "multipart/mixed", "boundary=a b;c" },
  { "escaped", "a/b; x=\"\\\"\\\\\"", "a/b", "x=\"\\" },
  { "several", "a/b ; y=1 ;x=2", "a/b", "x=2" },
  { "spaces", " \ta/b\t ; x=1 ", "a/b", "x=1" },
  { "empty-parameters", "a/b;; ;x=1;", "a/b", "x=1" },
  { "empty-quotes", "a/b; x=\"\"", "a/b", "x=" },
  { "none", NULL, NULL, NULL },
  { "empty", "", NULL, NULL },
  { "no-slash", "application", NULL, NULL },
  { "no-subtype", "application/", NULL, NULL },
  { "no-type", "/pkcs10", NULL, NULL },
  { "two", "a/b, c/d", NULL, NULL },
  { "longer", "a/b c", NULL, NULL },
  { "no-value", "a/b; x", NULL, NULL },
  { "empty-value", "a/b; x=", NULL, NULL },
  { "spaces-around-equals", "a/b; x = 1", NULL, NULL },
  { "twice", "a/b; x=1; X=2", NULL, NULL },
  { "open-quotes", "a/b; x=\"1", NULL, NULL },
  { "open-escape", "a/b; x=\"\\", NULL, NULL },
  { "line-break", "a/b; x=\"1\n2\"", NULL, NULL },
};

static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileContentType) type = stile_content_type_parse (it->value, &error);

  if (it->type == NULL)
    {
      g_assert_null (type);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpstr (stile_content_type_get_name (type), ==, it->type);
  g_assert_true (stile_content_type_is (type, it->type));
  g_assert_false (stile_content_type_is (type, "a/bc"));
  if (it->parameter != NULL)
    {
      const char *equals = strchr (it->parameter, '=');
      g_autofree char *name = g_strndup (it->parameter, (gsize)(equals - it->parameter));

      g_assert_cmpstr (stile_content_type_get_parameter (type, name), ==, equals + 1);
    }
  g_assert_null (stile_content_type_get_parameter (type, "z"));
}

static void
test_writes_what_it_reads (void)
{
  g_autoptr (StileContentType) type = stile_content_type_parse ("A/B;x=1; y=\"a \\\"b\\\"\"; z=\"\"", NULL);
  g_autofree char *text = stile_content_type_to_string (type);

  g_assert_cmpstr (text, ==, "a/b; x=1; y=\"a \\\"b\\\"\"; z=\"\"");
}

static void
test_limits (void)
{
  g_autofree char *filler = g_strnfill (STILE_CONTENT_TYPE_MAX_LENGTH, 'x');
  g_autofree char *longest = g_strdup_printf ("a/b; y=%s", filler);
  g_autoptr (GString) many = g_string_new ("a/b");
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_content_type_parse (longest, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  for (guint i = 0; i <= STILE_CONTENT_TYPE_MAX_PARAMETERS; i++)
    g_string_append_printf (many, ";p%u=1", i);
  g_assert_null (stile_content_type_parse (many->str, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/codec/content-type/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_case);
    }
  g_test_add_func ("/codec/content-type/writes-what-it-reads", test_writes_what_it_reads);
  g_test_add_func ("/codec/content-type/limits", test_limits);

  return g_test_run ();
}
