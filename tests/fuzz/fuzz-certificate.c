/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-certificate-path.h"
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

/* What BRSKI reads: text is text, and what has a wrapper comes out of it again. */
static void
check_facts (StileCertificate *certificate)
{
  g_autofree char *serial = stile_certificate_path_get_device_serial (certificate);
  g_autofree char *url = stile_certificate_path_get_masa_url (certificate);
  g_autofree char *domain_id = stile_certificate_path_get_domain_id (certificate);
  g_autoptr (GBytes) issuer = stile_certificate_path_get_idevid_issuer (certificate);
  g_autoptr (GBytes) id = stile_certificate_path_read_idevid_issuer (issuer);
  g_autoptr (GBytes) authority = stile_certificate_path_get_authority_key_id (certificate);
  g_autoptr (GPtrArray) itself = g_ptr_array_new ();

  if (serial != NULL)
    g_assert_true (g_utf8_validate (serial, -1, NULL));
  if (url != NULL)
    check_text (url);
  g_assert_cmpstr (domain_id, !=, "");
  if (authority != NULL)
    g_assert_true (g_bytes_equal (id, authority));
  stile_certificate_path_has_purpose (certificate, STILE_PURPOSE_CMC_RA);
  g_ptr_array_add (itself, certificate);
  if (stile_certificate_path_verify (itself, itself, 0, STILE_CERTIFICATE_PATH_DEFAULT, NULL, NULL))
    g_assert_true (stile_certificate_is_valid_at (certificate, 0));
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
  check_facts (certificate);
  stile_certificate_matches_host (certificate, "a.example");
  stile_certificate_is_issued_by (certificate, certificate);
  variant = g_variant_ref_sink (stile_certificate_to_variant (certificate));
  json = stile_json_print (variant, FALSE);
  pem = stile_certificate_to_pem (certificate);
  g_assert_true (g_str_has_prefix (pem, "-----BEGIN CERTIFICATE-----\n"));

  return 0;
}
