/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-prm-certificates.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-prm-proximity.h"
#include "bootstrap/stile-prm-status.h"

typedef gboolean (*Parser) (GBytes *bytes, GError **error);

static gboolean
parse_bag (GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) certificates = stile_prm_certificates_parse_bag (bytes, error);

  g_assert_true (certificates == NULL ||
                 (certificates->len > 0 && certificates->len <= STILE_PRM_CERTIFICATES_MAX));
  return certificates != NULL;
}

static gboolean
parse_signed_data (GBytes *bytes, GError **error)
{
  g_autoptr (StilePrmSignedData) data = stile_prm_signed_data_parse (bytes, error);

  g_assert_true (data == NULL || (*data->serial != '\0' && g_utf8_validate (data->serial, -1, NULL)));
  return data != NULL;
}

static gboolean
parse_trigger (GBytes *bytes, GError **error)
{
  g_autoptr (StilePrmProximity) proximity = stile_prm_proximity_parse_trigger (bytes, error);

  g_assert_true (proximity == NULL || (proximity->registrar != NULL && proximity->signed_data != NULL));
  return proximity != NULL;
}

static gboolean
parse_enrol_request (GBytes *bytes, GError **error)
{
  g_autoptr (StileCertificateRequest) request = stile_prm_enrol_request_parse (bytes, error);

  return request != NULL;
}

/* What is a status of one kind is none of another. */
static gboolean
parse_status (GBytes *bytes, GError **error)
{
  g_autoptr (StileStatusReport) voucher = stile_prm_status_parse (STILE_PRM_STATUS_VOUCHER, bytes, NULL);
  g_autoptr (StileStatusReport) enrol = stile_prm_status_parse (STILE_PRM_STATUS_ENROL, bytes, NULL);
  g_autoptr (StileStatusReport) pledge = stile_prm_status_parse (STILE_PRM_STATUS_PLEDGE, bytes, error);

  g_assert_cmpint ((voucher != NULL) + (enrol != NULL) + (pledge != NULL), <=, 1);
  return pledge != NULL;
}

/* The first byte chooses what the rest is read as; what is refused has a sentence and a code of ours. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const Parser parsers[] = { parse_bag, parse_signed_data, parse_trigger, parse_enrol_request,
                                    parse_status };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken;

  if (size == 0)
    return 0;

  bytes = g_bytes_new_static (data + 1, size - 1);
  taken = parsers[(guint8)(data[0] - '0') % G_N_ELEMENTS (parsers)](bytes, &error);
  g_assert_true (taken == (error == NULL));
  g_assert_true (taken || (error->domain == STILE_ERROR && g_utf8_validate (error->message, -1, NULL)));

  return 0;
}
