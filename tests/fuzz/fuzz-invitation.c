/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <gio/gio.h>
#include <string.h>

#include "bootstrap/stile-invitation.h"

/* All that a link may set. */
static const char *const settable[] = {
  "service", "name", "trust", "registrars", "anchors-pem", "cloud-anchors-pem", NULL,
};

static void
check_settings (StileProfile *profile)
{
  g_autoptr (StileProfile) defaults = stile_profile_new ();
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = stile_profile_dup_text (profile, specs[i]->name);
      g_autofree char *by_default = stile_profile_dup_text (defaults, specs[i]->name);

      g_assert_true (g_strv_contains (settable, specs[i]->name) || g_strcmp0 (text, by_default) == 0);
    }
}

/* No line of the question but the one that says so is about an address, and there is a fingerprint for each certificate. */
static void
check_question (StileProfile *profile)
{
  g_autofree char *text = stile_invitation_describe (profile);
  g_autofree char *begin = g_strdup_printf ("It leads to %s.\n\n", stile_profile_get_service (profile));
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, NULL);
  g_autoptr (GPtrArray) cloud = stile_profile_load_cloud_anchors (profile, NULL);
  guint count = (anchors != NULL ? anchors->len : 0) + (cloud != NULL ? cloud->len : 0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint fingerprints = 0;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_str_has_prefix (text, begin));
  for (gsize i = 0; lines[i] != NULL; i++)
    fingerprints += g_str_has_prefix (lines[i], "SHA-256 ");
  g_assert_cmpuint (fingerprints, ==, count);
}

/* What it says again is the same. */
static void
check_again (StileProfile *profile)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = stile_invitation_make (profile, &error);
  g_autoptr (StileProfile) again = NULL;

  /* Escaped anew it may be longer than a link may be. */
  if (link == NULL)
    return;

  again = stile_invitation_parse (link, &error);
  g_assert_no_error (error);
  for (gsize i = 0; settable[i] != NULL; i++)
    {
      g_autofree char *one = stile_profile_dup_text (profile, settable[i]);
      g_autofree char *other = stile_profile_dup_text (again, settable[i]);

      g_assert_cmpstr (one, ==, other);
    }
}

/* Links come from anybody: each is refused whole, or sets what it may and can be shown. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *link = g_strndup (size > 0 ? (const char *)data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = stile_invitation_parse (link, &error);

  g_assert_true ((profile == NULL) == (error != NULL));
  if (profile == NULL)
    return 0;

  g_assert_true (stile_invitation_is (link));
  check_settings (profile);
  check_question (profile);
  check_again (profile);
  return 0;
}
