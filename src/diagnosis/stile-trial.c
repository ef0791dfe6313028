/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-trial.h"

#include <string.h>

/**
 * StileTrial:
 *
 * One request of a probe: as it was meant, as it was answered, and as the service says it came.  What these three differ
 * in is what the way changes.
 */
struct _StileTrial
{
  GObject parent_instance;

  char *probe;
  StileHttpMessage *request;
  StileHttpReply *reply; /* NULL: no answer came */
  StileReceipt *receipt; /* NULL: none came that holds */
  GError *error;         /* why no answer came, or no receipt */
  char *
      request_digest; /* NULL until somebody asks; a MiB takes its time, and is judged again with each probe */
  char *response_digest;
};

G_DEFINE_FINAL_TYPE (StileTrial, stile_trial, G_TYPE_OBJECT)

static void
stile_trial_finalize (GObject *object)
{
  StileTrial *self = STILE_TRIAL (object);

  g_free (self->probe);
  g_clear_object (&self->request);
  g_clear_object (&self->reply);
  g_clear_object (&self->receipt);
  g_clear_error (&self->error);
  g_free (self->request_digest);
  g_free (self->response_digest);

  G_OBJECT_CLASS (stile_trial_parent_class)->finalize (object);
}

static void
stile_trial_class_init (StileTrialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trial_finalize;
}

static void
stile_trial_init (StileTrial *self)
{
}

/**
 * stile_trial_new:
 * @probe: the id of the probe that asks
 * @request: as it goes out
 */
StileTrial *
stile_trial_new (const char *probe, StileHttpMessage *request)
{
  StileTrial *self = g_object_new (STILE_TYPE_TRIAL, NULL);

  self->probe = g_strdup (probe);
  self->request = g_object_ref (request);

  return self;
}

void
stile_trial_set_reply (StileTrial *self, StileHttpReply *reply)
{
  g_set_object (&self->reply, reply);
  g_clear_pointer (&self->response_digest, g_free);
}

/**
 * stile_trial_set_receipt:
 * @receipt: (nullable): what the service says of it; its signature holds, and it is the service's
 */
void
stile_trial_set_receipt (StileTrial *self, StileReceipt *receipt)
{
  g_set_object (&self->receipt, receipt);
}

void
stile_trial_set_error (StileTrial *self, const GError *error)
{
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

const char *
stile_trial_get_probe (StileTrial *self)
{
  return self->probe;
}

/**
 * stile_trial_get_request:
 *
 * Returns: (transfer none): as it went out
 */
StileHttpMessage *
stile_trial_get_request (StileTrial *self)
{
  return self->request;
}

/**
 * stile_trial_get_reply:
 *
 * Returns: (transfer none) (nullable): what answered
 */
StileHttpReply *
stile_trial_get_reply (StileTrial *self)
{
  return self->reply;
}

/**
 * stile_trial_get_receipt:
 *
 * Returns: (transfer none) (nullable): what the service says of it
 */
StileReceipt *
stile_trial_get_receipt (StileTrial *self)
{
  return self->receipt;
}

/**
 * stile_trial_get_error:
 *
 * Returns: (transfer none) (nullable): why no answer came, or why its receipt does not hold
 */
const GError *
stile_trial_get_error (StileTrial *self)
{
  return self->error;
}

/**
 * stile_trial_get_request_type:
 *
 * Returns: (transfer none) (nullable): the media type of the request's body
 */
const char *
stile_trial_get_request_type (StileTrial *self)
{
  return stile_http_message_get_field (self->request, "Content-Type");
}

gsize
stile_trial_get_request_length (StileTrial *self)
{
  GBytes *content = stile_http_message_get_content (self->request);

  return content != NULL ? g_bytes_get_size (content) : 0;
}

static const char *
get_digest (char **digest, StileHttpMessage *message)
{
  GBytes *content = stile_http_message_get_content (message);

  if (*digest == NULL && content != NULL)
    *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

  return *digest;
}

/**
 * stile_trial_get_request_digest:
 *
 * Returns: (transfer none) (nullable): SHA-256 of the request's body, in hex
 */
const char *
stile_trial_get_request_digest (StileTrial *self)
{
  return get_digest (&self->request_digest, self->request);
}

/**
 * stile_trial_get_response_digest:
 *
 * Returns: (transfer none) (nullable): SHA-256 of the answer's body as it came, in hex
 */
const char *
stile_trial_get_response_digest (StileTrial *self)
{
  return self->reply != NULL ? get_digest (&self->response_digest, stile_http_reply_get_message (self->reply))
                             : NULL;
}

/**
 * stile_trial_get_wanted_length:
 *
 * Returns: how many bytes the answer was asked to have, by "size=" in the request's query; 0 when it was not asked for any
 */
gsize
stile_trial_get_wanted_length (StileTrial *self)
{
  const char *query = strchr (stile_http_message_get_path (self->request), '?');
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query + 1 : "", "&", -1);
  guint64 length = 0;

  for (gsize i = 0; parts[i] != NULL; i++)
    if (g_str_has_prefix (parts[i], "size=") &&
        !g_ascii_string_to_unsigned (parts[i] + strlen ("size="), 10, 0, G_MAXUINT32, &length, NULL))
      length = 0;

  return (gsize)length;
}

/**
 * stile_trial_get_status:
 *
 * Returns: the HTTP status of whoever answered; 0 when nobody did
 */
guint
stile_trial_get_status (StileTrial *self)
{
  return self->reply != NULL ? stile_http_message_get_status (stile_http_reply_get_message (self->reply)) : 0;
}

/**
 * stile_trial_is_gateway_error:
 *
 * Returns: whether a gateway said that it cannot reach the next one, now: it says nothing of what was sent
 */
gboolean
stile_trial_is_gateway_error (StileTrial *self)
{
  guint status = stile_trial_get_status (self);

  return self->receipt == NULL && (status == 502 || status == 503 || status == 504);
}
