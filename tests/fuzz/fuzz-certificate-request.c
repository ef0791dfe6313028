/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-certificate-request.h"

static void
check_list (char **oids)
{
  for (char **oid = oids; *oid != NULL; oid++)
    g_assert_cmpint (**oid, !=, '\0');
  g_strfreev (oids);
}

/* Whatever is taken can be shown, and comes back from what is written of it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) body = g_bytes_new_static (data, size);
  g_autoptr (StileCertificateRequest) request = stile_certificate_request_parse_est (body, NULL);
  g_autoptr (StileCertificateRequest) again = NULL;
  g_autoptr (GBytes) subject = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GBytes) extension = NULL;
  g_autoptr (GBytes) est = NULL;
  const char *password;

  if (request == NULL)
    return 0;

  subject = stile_certificate_request_get_subject_der (request);
  key = stile_certificate_request_get_public_key (request);
  g_assert_cmpuint (g_bytes_get_size (subject) + g_bytes_get_size (key), <, size);
  g_assert_true (g_utf8_validate (stile_certificate_request_get_subject (request), -1, NULL));
  password = stile_certificate_request_get_challenge_password (request);
  g_assert_true (password == NULL || g_utf8_validate (password, -1, NULL));
  check_list (stile_certificate_request_list_extensions (request));
  check_list (stile_certificate_request_list_attributes (request));
  extension = stile_certificate_request_get_extension (request, "2.5.29.17");
  if (!stile_certificate_request_verify (request, NULL))
    g_debug ("Not signed");
  est = stile_certificate_request_to_est (request);
  again = stile_certificate_request_parse_est (est, NULL);
  g_assert_nonnull (again);

  return 0;
}
