/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-tokens.h"

#include "support/test-pki.h"

char *
test_tokens_new (void)
{
  char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "softhsm2.conf", NULL);
  g_autofree char *text = g_strdup_printf (
      "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", directory);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("SOFTHSM2_CONF", path, TRUE);
  return directory;
}

/* SoftHSM has a directory a token. */
void
test_tokens_remove (const char *directory)
{
  g_autoptr (GDir) entries = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        test_pki_directory_remove (path);
    }
  test_pki_directory_remove (directory);
}
