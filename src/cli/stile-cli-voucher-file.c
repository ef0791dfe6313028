/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-voucher-file.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-pem.h"

/* The bytes of a file or of standard input, and what is in them, for "stilectl voucher". */

#define STANDARD_INPUT "-"

static GInputStream *
open_stream (const char *path, GError **error)
{
  g_autoptr (GFile) file = NULL;

  if (strcmp (path, STANDARD_INPUT) == 0)
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);

  file = g_file_new_for_commandline_arg (path);
  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static GBytes *
read_stream (GInputStream *stream, GError **error)
{
  g_autofree guint8 *data = g_malloc (STILE_CLI_VOUCHER_FILE_MAX_SIZE + 1);
  gsize length;

  if (!g_input_stream_read_all (stream, data, STILE_CLI_VOUCHER_FILE_MAX_SIZE + 1, &length, NULL, error))
    return NULL;
  if (length <= STILE_CLI_VOUCHER_FILE_MAX_SIZE)
    return g_bytes_new (data, length);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "it has more than %d byte, and no voucher has",
                            "it has more than %d bytes, and no voucher has", STILE_CLI_VOUCHER_FILE_MAX_SIZE),
               STILE_CLI_VOUCHER_FILE_MAX_SIZE);
  return NULL;
}

/* --- forms that BRSKI does not have --- */

static GBytes *
unwrap_pem (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  StilePemBlock block;

  if (!stile_pem_find_block (&block, text, text + length) || block.body == NULL)
    return NULL;
  if (strcmp (block.label, "CMS") != 0 && strcmp (block.label, "PKCS7") != 0)
    return NULL;

  return stile_base64url_decode_standard (block.body, (gssize)block.body_length, NULL);
}

/* Neither begins as DER or JSON does; "M" is what DER's first byte becomes in base64. */
static GBytes *
unwrap (GBytes *bytes, StileCliVoucherFileEncoding *encoding)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  gsize begin = 0;

  while (begin < length && g_ascii_isspace (text[begin]))
    begin++;

  if (begin < length && text[begin] == '-')
    {
      *encoding = STILE_CLI_VOUCHER_FILE_PEM;
      return unwrap_pem (bytes);
    }
  if (begin < length && text[begin] == 'M')
    {
      *encoding = STILE_CLI_VOUCHER_FILE_BASE64;
      return stile_base64url_decode_standard (text, (gssize)length, NULL);
    }

  return NULL;
}

static GBytes *
refuse_wrapped (StileCliVoucherFileEncoding encoding, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               encoding == STILE_CLI_VOUCHER_FILE_PEM
                   ? _ ("it is in PEM, and BRSKI sends the bytes themselves (RFC 8995 section 6); with "
                        "--compat it is read all the same")
                   : _ ("it is in base64, and BRSKI sends the bytes themselves (RFC 8995 section 6); with "
                        "--compat it is read all the same"));
  return NULL;
}

static GBytes *
read_file (const char *path, gboolean compat, StileCliVoucherFileEncoding *encoding, GError **error)
{
  g_autoptr (GInputStream) stream = open_stream (path, error);
  g_autoptr (GBytes) bytes = stream != NULL ? read_stream (stream, error) : NULL;
  g_autoptr (GBytes) inner = bytes != NULL ? unwrap (bytes, encoding) : NULL;

  if (inner != NULL && !compat)
    return refuse_wrapped (*encoding, error);
  if (inner != NULL)
    return g_steal_pointer (&inner);

  *encoding = STILE_CLI_VOUCHER_FILE_PLAIN;
  return g_steal_pointer (&bytes);
}

/**
 * stile_cli_voucher_file_read:
 * @path: a file, or "-" for standard input
 * @compat: whether PEM and base64 are taken, too
 * @encoding: (out): how it came
 * @error: %STILE_ERROR_SETTINGS, with the file's name
 *
 * Returns: (transfer full): what is in it
 */
GBytes *
stile_cli_voucher_file_read (const char *path,
                             gboolean compat,
                             StileCliVoucherFileEncoding *encoding,
                             GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  GBytes *bytes = read_file (path, compat, encoding, error);

  if (bytes != NULL)
    return bytes;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  if (strcmp (path, STANDARD_INPUT) == 0)
    g_prefix_error (error, "%s: ", _ ("Standard input cannot be used"));
  else
    g_prefix_error (error, _ ("The file “%s” cannot be used: "), shown);
  return NULL;
}

/* --- what is in it --- */

/* What is under another root may be either, and a request has all members. */
static StileVoucher *
parse_content (StileSignedMessage *message, GError **error)
{
  GBytes *content = stile_signed_message_get_content (message);
  gboolean artifact = stile_voucher_json_check_root (content, STILE_VOUCHER_ARTIFACT, NULL);

  return stile_voucher_json_parse (content, artifact ? STILE_VOUCHER_ARTIFACT : STILE_VOUCHER_REQUEST, error);
}

static void
open_prior (StileJudgement *judgement)
{
  GBytes *prior = stile_voucher_get_fields (judgement->voucher)->prior_signed_voucher_request;

  if (prior != NULL)
    judgement->prior_message = stile_signed_message_parse (prior, NULL);
  if (judgement->prior_message != NULL)
    judgement->prior = stile_voucher_json_parse (stile_signed_message_get_content (judgement->prior_message),
                                                 STILE_VOUCHER_REQUEST, NULL);
}

/* Parsers quote what they do not understand, and it is going to a terminal. */
static void
refuse_content (GError **error)
{
  char *message = stile_certificate_text_make_presentable ((*error)->message, strlen ((*error)->message));

  g_free ((*error)->message);
  (*error)->message = message;
  stile_error_convert (error, STILE_ERROR_PROTOCOL);
  g_prefix_error (error, "%s: ", _ ("That is no signed voucher"));
}

/**
 * stile_cli_voucher_file_open:
 * @judgement: gets the message, the voucher, and the device's request in it, if it can be read; no signer
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Takes a signed voucher or request apart, whoever it is for, and judges nothing.
 */
gboolean
stile_cli_voucher_file_open (GBytes *bytes, StileJudgement *judgement, GError **error)
{
  judgement->message = stile_signed_message_parse (bytes, error);
  judgement->voucher = judgement->message != NULL ? parse_content (judgement->message, error) : NULL;
  if (judgement->voucher == NULL)
    {
      refuse_content (error);
      return FALSE;
    }

  open_prior (judgement);
  return TRUE;
}

/**
 * stile_cli_voucher_file_get_encoding_name:
 *
 * Returns: (transfer none): in JSON
 */
const char *
stile_cli_voucher_file_get_encoding_name (StileCliVoucherFileEncoding encoding)
{
  static const char *const names[] = {
    [STILE_CLI_VOUCHER_FILE_PLAIN] = "plain",
    [STILE_CLI_VOUCHER_FILE_PEM] = "pem",
    [STILE_CLI_VOUCHER_FILE_BASE64] = "base64",
  };

  return names[encoding];
}
