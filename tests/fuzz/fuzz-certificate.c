/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-certificate.h"
#include "codec/stile-json.h"

static void
check_text (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (; *text != '\0'; text = g_utf8_next_char (text))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (text)));
}

static void
check_host_names (StileCertificate *certificate)
{
  g_auto (GStrv) names = stile_certificate_get_host_names (certificate);

  for (char **name = names; *name != NULL; name++)
    check_text (*name);
}

/* Whatever is taken can be shown. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) der = g_bytes_new_static (data, size);
  g_autoptr (StileCertificate) certificate = stile_certificate_new_from_der (der, NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *json = NULL;
  g_autofree char *pem = NULL;

  if (certificate == NULL)
    return 0;

  check_text (stile_certificate_get_subject (certificate));
  check_text (stile_certificate_get_issuer (certificate));
  check_text (stile_certificate_get_name (certificate));
  check_text (stile_certificate_get_issuer_name (certificate));
  check_text (stile_certificate_get_key_description (certificate));
  check_text (stile_certificate_get_serial (certificate));
  check_host_names (certificate);
  stile_certificate_matches_host (certificate, "a.example");
  stile_certificate_is_issued_by (certificate, certificate);
  variant = g_variant_ref_sink (stile_certificate_to_variant (certificate));
  json = stile_json_print (variant, FALSE);
  pem = stile_certificate_to_pem (certificate);
  g_assert_true (g_str_has_prefix (pem, "-----BEGIN CERTIFICATE-----\n"));

  return 0;
}
