/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* A signed message of 64 KiB in base64, with line breaks and the lines around it. */
#define STILE_CLI_VOUCHER_FILE_MAX_SIZE (128 * 1024)

/**
 * StileCliVoucherFileEncoding:
 * @STILE_CLI_VOUCHER_FILE_PLAIN: the bytes themselves, as BRSKI sends them (RFC 8995 section 6)
 * @STILE_CLI_VOUCHER_FILE_PEM: in PEM, as "openssl cms" writes by itself
 * @STILE_CLI_VOUCHER_FILE_BASE64: in base64, as older software sends them
 */
typedef enum
{
  STILE_CLI_VOUCHER_FILE_PLAIN,
  STILE_CLI_VOUCHER_FILE_PEM,
  STILE_CLI_VOUCHER_FILE_BASE64,
} StileCliVoucherFileEncoding;

GBytes *stile_cli_voucher_file_read (const char *path,
                                     gboolean compat,
                                     StileCliVoucherFileEncoding *encoding,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_cli_voucher_file_open (GBytes *bytes,
                                      StileJudgement *judgement,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_cli_voucher_file_get_encoding_name (StileCliVoucherFileEncoding encoding);

G_END_DECLS
