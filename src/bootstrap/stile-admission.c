/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-admission.h"

/**
 * stile_admission_get_name:
 *
 * Returns: (transfer none): the name in databases, logs and JSON
 */
const char *
stile_admission_get_name (StileAdmission admission)
{
  static const char *const names[] = {
    [STILE_ADMISSION_NONE] = "none",       [STILE_ADMISSION_ASKED] = "asked",
    [STILE_ADMISSION_ALLOWED] = "allowed", [STILE_ADMISSION_REFUSED] = "refused",
    [STILE_ADMISSION_AUDITED] = "audited", [STILE_ADMISSION_QUARANTINED] = "quarantined",
  };

  g_return_val_if_fail ((gsize)admission < G_N_ELEMENTS (names), names[0]);

  return names[admission];
}
