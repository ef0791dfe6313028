/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileAdmission:
 * @STILE_ADMISSION_NONE: never seen
 * @STILE_ADMISSION_ASKED: somebody must decide
 * @STILE_ADMISSION_ALLOWED: may have a voucher
 * @STILE_ADMISSION_REFUSED: may not
 * @STILE_ADMISSION_AUDITED: has a voucher, and its audit log was found good: may enrol (BOOTSTRAP R10)
 * @STILE_ADMISSION_QUARANTINED: has a voucher, and its audit log was not good: somebody must decide
 */
typedef enum
{
  STILE_ADMISSION_NONE,
  STILE_ADMISSION_ASKED,
  STILE_ADMISSION_ALLOWED,
  STILE_ADMISSION_REFUSED,
  STILE_ADMISSION_AUDITED,
  STILE_ADMISSION_QUARANTINED,
} StileAdmission;

const char *stile_admission_get_name (StileAdmission admission);

G_END_DECLS
