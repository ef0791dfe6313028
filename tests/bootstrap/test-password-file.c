/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-password-file.h"

static const struct
{
  const char *text;
  const char *refused; /* NULL for good */
} files[] = {
  { "# nobody\n\n", NULL },          { "a:$y$j9T$abc$def\r\nb:$6$salt$hash", NULL },
  { "a:secret", "Line 1" },          { "# x\na:$1$salt$hash", "Line 2" },
  { "a:abJnggxhB/yWI", "too weak" }, { "secret", "name:hash" },
  { ":$6$salt$hash", "name:hash" },  { "a:$6$salt$hash\na:$6$salt$hash", "twice" },
};

static void
test_password_files (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StilePasswordFile) file = stile_password_file_parse (files[i].text, &error);

      if (files[i].refused == NULL)
        {
          g_assert_no_error (error);
          g_assert_false (stile_password_file_check (file, "nobody", "x"));
          continue;
        }
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, files[i].refused));
      /* What may be a password is not repeated. */
      g_assert_null (strstr (error->message, "secret"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/password-file/what-it-takes", test_password_files);

  return g_test_run ();
}
