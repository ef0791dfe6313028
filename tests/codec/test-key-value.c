/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-key-value.h"

/* A value, or an error, and never both. */
static void
test_reads (void)
{
  static const struct
  {
    const char *text;
    const char *value;
  } table[] = {
    { "[G]\nk=v\n", "v" },      { "[G]\nk=\n", "" },         { "[G]\nk=a\\nb\\sc\\\\\n", "a\nb c\\" },
    { "[G]\nk=a\\qb\n", NULL }, { "[G]\nk=a\\q\\\n", NULL }, { "[G]\nk=a\\\n", NULL },
    { "[G]\nk=\xff\n", NULL },  { "[G]\nother=v\n", NULL },  { "[H]\nk=v\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autofree char *value = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_key_file_load_from_data (file, table[i].text, -1, G_KEY_FILE_NONE, NULL));
      value = stile_key_value_read (file, "G", "k", &error);
      g_assert_cmpstr (value, ==, table[i].value);
      g_assert_cmpint (error == NULL, ==, value != NULL);
      if (error != NULL)
        g_assert_true (error->domain == G_KEY_FILE_ERROR);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/key-value/reads", test_reads);

  return g_test_run ();
}
