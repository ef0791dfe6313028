/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "service/stile-service-roles.h"

typedef struct
{
  const char *name;
  const char *settings; /* "key=value" with spaces between */
  gboolean wanted;
  const char *said; /* part of the error; NULL: it is good */
} Case;

#define REGISTRAR "registrar=true registrar-policy=p database=d "
#define MASA "masa=true masa-cert=c masa-key=k masa-devices=f database=d "

static const Case cases[] = {
  { "nothing", "", FALSE, NULL },
  { "off", "registrar=false masa=false est=none", FALSE, NULL },
  { "registrar", REGISTRAR, TRUE, NULL },
  { "registrar-without-policy", "registrar=true database=d", TRUE, "registrar needs registrar-policy" },
  { "registrar-without-database", "registrar=true registrar-policy=p", TRUE, "registrar needs database" },
  { "masa", MASA, TRUE, NULL },
  { "masa-without-devices", "masa=true masa-cert=c masa-key=k database=d", TRUE, "masa needs masa-devices" },
  { "masa-path", MASA "masa-path=/masa/", TRUE, "masa-path begins with a slash" },
  { "both", REGISTRAR MASA "masa-path=/masa", TRUE, NULL },
  { "both-at-one-path", REGISTRAR MASA, TRUE, "masa-path must be another one" },
  { "est-ca", "est=ca est-ca-cert=c est-ca-key=k database=d", TRUE, NULL },
  { "est-ca-without-key", "est=ca est-ca-cert=c database=d", TRUE, "est=ca needs est-ca-key" },
  { "est-without-database", "est=ca est-ca-cert=c est-ca-key=k", TRUE, "est needs database" },
  { "est-upstream", "est=upstream est-upstream=https://est.example database=d", TRUE, NULL },
  { "est-upstream-without-url", "est=upstream database=d", TRUE, "est=upstream needs est-upstream" },
  { "est-word", "est=true", TRUE, "est is none, ca or upstream" },
};

static StileServiceConfig *
configure (const char *settings)
{
  StileServiceConfig *config = stile_service_config_new ();
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

      if (*words[i] == '\0')
        continue;
      g_assert_true (stile_service_config_set (config, pair[0], pair[1], &error));
      g_assert_no_error (error);
    }

  return config;
}

static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (StileServiceConfig) config = configure (it->settings);
  g_autoptr (GError) error = NULL;
  gboolean good = stile_service_roles_check (config, &error);

  g_assert_true (stile_service_roles_are_wanted (config) == it->wanted);
  g_assert_true (good == (it->said == NULL));
  if (it->said == NULL)
    return;

  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, it->said));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/service-roles/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  return g_test_run ();
}
