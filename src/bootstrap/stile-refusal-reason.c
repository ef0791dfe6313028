/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-refusal-reason.h"

#include <string.h>

/* What a registrar is told of a voucher that is not good.  It may be anybody, and is told what it can find out by itself:
 * neither what the clock says nor how this computer is set up (RFC 8995 section 5.7, BOOTSTRAP P16).  English: it goes into
 * somebody else's log. */
static const char *const reasons[] = {
  "P5: the voucher is not signed by the manufacturer",
  "P6: the voucher is signed by a device",
  "P7: the voucher cannot be read",
  "P8: the voucher is for another serial number",
  "P9: the voucher is for a device of another issuer",
  "P10: the voucher answers another request",
  "P11: the voucher’s assertion is not accepted",
  "P12: the voucher’s dates do not hold",
  "P13: the voucher pins no certificate",
  "P14: the registrar does not belong to the domain that the voucher pins",
  "P15: the voucher demands to check revocation",
  "P23: the server that the voucher names does not belong to the domain that the voucher pins",
};

/**
 * stile_refusal_reason_get:
 * @id: (nullable): the check that refused it, "P8"; %NULL when what failed comes after the checks
 *
 * Returns: (transfer none): a sentence without secrets
 */
const char *
stile_refusal_reason_get (const char *id)
{
  for (gsize i = 0; id != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (g_str_has_prefix (reasons[i], id) && reasons[i][strlen (id)] == ':')
      return reasons[i];

  return "the voucher is accepted, but what it names cannot be used";
}
