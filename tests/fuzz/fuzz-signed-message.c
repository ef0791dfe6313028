/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-signed-message.h"

static void
check_signature (StileSignedMessage *message, guint index)
{
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, index);
  StileCertificate *signer = stile_signed_message_get_signer (message, index);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (stile_signed_message_get_algorithm (message, index));
  g_assert_cmpuint (chain->len, <=, STILE_SIGNED_MESSAGE_MAX_CERTIFICATES);
  if (signer == NULL)
    return;

  g_assert_true (g_ptr_array_index (chain, 0) == signer);
  if (!stile_signed_message_verify (message, index, signer, &error))
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* Whoever understands more takes more, and nothing less. */
static StileSignedMessage *
parse (GBytes *bytes, GError **error)
{
  static const char *const understood[] = { "created-on", NULL };
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);
  StileSignedMessage *more = stile_signed_message_parse_jws (bytes, understood, NULL);

  if (message != NULL && stile_signed_message_get_format (message) == STILE_SIGNED_JWS)
    g_assert_nonnull (more);
  if (more != NULL)
    {
      g_assert_nonnull (stile_signed_message_get_header (more, 0));
      return more;
    }

  return stile_signed_message_parse (bytes, error);
}

/* Whatever is taken keeps within the limits and can be asked everything; whatever is refused has a sentence. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = parse (bytes, &error);
  guint count;

  if (message == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  count = stile_signed_message_get_n_signers (message);
  g_assert_cmpuint (count, >, 0);
  g_assert_cmpuint (count, <=, STILE_SIGNED_MESSAGE_MAX_SIGNERS);
  g_assert_cmpuint (stile_signed_message_get_certificates (message)->len, <=,
                    STILE_SIGNED_MESSAGE_MAX_CERTIFICATES);
  g_assert_cmpuint (g_bytes_get_size (stile_signed_message_get_content (message)), <=, size);
  g_assert_nonnull (stile_signed_message_get_content_type (message));
  for (guint i = 0; i < count; i++)
    check_signature (message, i);

  return 0;
}
