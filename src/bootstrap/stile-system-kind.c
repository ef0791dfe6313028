/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-system-kind.h"

/*
 * All have a folder for the administrator's certificates and a command that makes of it what programs read.  Where there
 * is p11-kit, "trust anchor" would write a file of its own naming into the same folder; one whose name we chose can be
 * found again, and taken back exactly.
 */
static const StileSystemKind kinds[] = {
  {
      .systems = "fedora rhel centos",
      .marker = "/etc/pki/ca-trust/source/anchors",
      .anchors = "/etc/pki/ca-trust/source/anchors",
      .command = "update-ca-trust",
      .bundle = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      .nss = TRUE,
  },
  {
      .systems = "arch",
      .marker = "/etc/ca-certificates/trust-source/anchors",
      .anchors = "/etc/ca-certificates/trust-source/anchors",
      .command = "update-ca-trust",
      .bundle = "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
      .hashes = "/etc/ssl/certs",
      .nss = TRUE,
  },
  {
      .systems = "suse opensuse",
      .marker = "/etc/pki/trust/anchors",
      .anchors = "/etc/pki/trust/anchors",
      .command = "update-ca-certificates",
      .bundle = "/var/lib/ca-certificates/ca-bundle.pem",
      .hashes = "/etc/ssl/certs",
      .nss = TRUE,
  },
  {
      .systems = "debian ubuntu alpine",
      .marker = "/usr/share/ca-certificates",
      .anchors = "/usr/local/share/ca-certificates",
      .command = "update-ca-certificates",
      .bundle = "/etc/ssl/certs/ca-certificates.crt",
      .hashes = "/etc/ssl/certs",
  },
};

static gboolean
has_command (const char *root, const char *command)
{
  static const char *const folders[] = { "usr/sbin", "usr/bin", "sbin", "bin" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (root, folders[i], command, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_system_kind_detect:
 * @root: "/", or where a whole system lies
 *
 * Goes by what is there, not by the system's name.
 *
 * Returns: (transfer none) (nullable): the kind; %NULL when it is none that is known
 */
const StileSystemKind *
stile_system_kind_detect (const char *root)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *marker = g_build_filename (root, kinds[i].marker, NULL);

      if (g_file_test (marker, G_FILE_TEST_IS_DIR) && has_command (root, kinds[i].command))
        return &kinds[i];
    }

  return NULL;
}

static char *
read_value (const char *text, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], key))
      return g_strdup (g_strstrip (g_strdelimit (lines[i] + strlen (key), "\"'", ' ')));

  return g_strdup ("");
}

/**
 * stile_system_kind_find:
 * @os_release: a file as os-release(5) has it
 *
 * For a sandbox, which sees the name of the system around it and little else.
 *
 * Returns: (transfer none) (nullable): the kind; %NULL when it is none that is known
 */
const StileSystemKind *
stile_system_kind_find (const char *os_release)
{
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autofree char *like = NULL;
  g_autofree char *names = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents (os_release, &text, NULL, NULL))
    return NULL;

  id = read_value (text, "ID=");
  like = read_value (text, "ID_LIKE=");
  names = g_strconcat (id, " ", like, NULL);
  words = g_strsplit (names, " ", -1);
  for (gsize i = 0; words[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        g_auto (GStrv) systems = g_strsplit (kinds[j].systems, " ", -1);

        if (g_strv_contains ((const char *const *)systems, words[i]))
          return &kinds[j];
      }

  return NULL;
}
