/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-lockdown.h"
#include "bootstrap/stile-profile-file.h"

/* Of two that say the same in different ways, one at most. */
static void
check_counterparts (StileProfile *profile)
{
  g_autofree char *anchors = stile_profile_dup_text (profile, "anchors");
  g_autofree char *anchors_pem = stile_profile_dup_text (profile, "anchors-pem");
  g_autofree char *cloud = stile_profile_dup_text (profile, "cloud-anchors");
  g_autofree char *cloud_pem = stile_profile_dup_text (profile, "cloud-anchors-pem");

  g_assert_true (anchors == NULL || anchors_pem == NULL);
  g_assert_true (cloud == NULL || cloud_pem == NULL);
  g_assert_true (stile_profile_check_certificates (profile, NULL));
}

static void
try_profile (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = stile_profile_file_parse (bytes, &error);

  g_assert_true ((profile == NULL) == (error != NULL));
  if (profile != NULL)
    check_counterparts (profile);
}

/* What it has settled, a profile has afterwards, whatever it was before; and then there is nothing to contradict. */
static void
try_lockdown (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLockdown) lockdown = stile_lockdown_parse (bytes, "/policy.conf", &error);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  g_assert_true ((lockdown == NULL) == (error != NULL));
  if (lockdown == NULL)
    return;

  g_object_set (profile, "service", "https://mine", "anchors", "/mine", "cloud-anchors", "/mine", "compat",
                TRUE, NULL);
  stile_lockdown_apply (lockdown, profile);
  for (guint i = 0; i < count; i++)
    {
      const char *value = stile_lockdown_get_value (lockdown, specs[i]->name);
      g_autofree char *text = stile_profile_dup_text (profile, specs[i]->name);

      if (value != NULL && !(text == NULL && *value == '\0'))
        g_assert_cmpstr (text, ==, value);
    }
}

/* Key files, of whoever hands out a profile and of the administrator. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);

  try_profile (bytes);
  try_lockdown (bytes);
  return 0;
}
