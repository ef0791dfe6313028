/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-renewal.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile.h"
#include "bootstrap/stile-token-key.h"
#include "codec/stile-binary-http.h"

/**
 * StileRenewal:
 *
 * A new certificate in place of one that was enrolled before (RFC 7030 section 4.2.2): where it came from, and how to get
 * there, is in its note.  The job that "stilectl renew" and the app's reminder share.
 */
struct _StileRenewal
{
  GObject parent_instance;

  GType carrier_type;
  StileEnrolmentNote *note;
  char *directory;
  GBytes *pin; /* of the token, a secret; NULL for none */

  StileProfile *profile;
  GPtrArray *anchors; /* of StileCertificate, or NULL: the system's store */
  StileIdentity *identity;
  StileClient *client; /* NULL without ATLS */
  StileEnrolment *enrolment;
};

G_DEFINE_FINAL_TYPE (StileRenewal, stile_renewal, G_TYPE_OBJECT)

enum
{
  WAITING,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_renewal_finalize (GObject *object)
{
  StileRenewal *self = STILE_RENEWAL (object);

  g_clear_object (&self->note);
  g_clear_object (&self->profile);
  g_clear_object (&self->identity);
  g_clear_object (&self->client);
  g_clear_object (&self->enrolment);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_pointer (&self->pin, g_bytes_unref);
  g_free (self->directory);

  G_OBJECT_CLASS (stile_renewal_parent_class)->finalize (object);
}

static void
stile_renewal_class_init (StileRenewalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_renewal_finalize;

  /**
   * StileRenewal::waiting:
   * @until: Unix seconds
   *
   * The service asks for patience.
   */
  signals[WAITING] = g_signal_new ("waiting", STILE_TYPE_RENEWAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
stile_renewal_init (StileRenewal *self)
{
}

/**
 * stile_renewal_new:
 * @carrier_type: a type that implements StileCarrier and GInitable
 * @note: of the enrolment that is to be renewed
 * @directory: where it and its files are
 * @pin: (nullable): of the token that the key is on
 */
StileRenewal *
stile_renewal_new (GType carrier_type, StileEnrolmentNote *note, const char *directory, GBytes *pin)
{
  StileRenewal *self = g_object_new (STILE_TYPE_RENEWAL, NULL);

  self->carrier_type = carrier_type;
  self->note = g_object_ref (note);
  self->directory = g_strdup (directory);
  self->pin = pin != NULL ? g_bytes_ref (pin) : NULL;

  return self;
}

/* --- what the note says --- */

static StileProfile *
make_profile (StileEnrolmentNote *note)
{
  static const struct
  {
    const char *key;
    const char *property;
  } table[] = {
    { STILE_ENROLMENT_NOTE_SERVICE, "service" },
    { STILE_ENROLMENT_NOTE_ANCHORS, "anchors" },
    { STILE_ENROLMENT_NOTE_CERTIFICATE, "certificate" },
    { STILE_ENROLMENT_NOTE_KEY, "key" },
    { STILE_ENROLMENT_NOTE_PROXY, "proxy" },
  };
  StileProfile *profile = stile_profile_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *value = stile_enrolment_note_get (note, table[i].key);

      g_object_set (profile, table[i].property, value, NULL);
    }

  return profile;
}

static gboolean
read_note (StileRenewal *self, GError **error)
{
  GError *local = NULL;

  g_clear_object (&self->profile);
  g_clear_object (&self->identity);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  self->profile = make_profile (self->note);
  self->anchors = stile_profile_load_anchors (self->profile, &local);
  if (local == NULL)
    self->identity = stile_profile_load_identity (self->profile, &local);
  if (local == NULL && (self->identity == NULL || stile_profile_get_service (self->profile) == NULL))
    local = g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                 _ ("The note does not say where service, certificate and key are"));
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}

/* --- the new certificate --- */

static void
waiting_cb (StileEstClient *client, gint64 until, StileRenewal *self)
{
  g_signal_emit (self, signals[WAITING], 0, until);
}

static void
keep_notes (StileRenewal *self)
{
  static const char *const kept[] = { STILE_ENROLMENT_NOTE_SERVICE, STILE_ENROLMENT_NOTE_LABEL,
                                      STILE_ENROLMENT_NOTE_PROFILE, STILE_ENROLMENT_NOTE_ANCHORS,
                                      STILE_ENROLMENT_NOTE_PROXY,   STILE_ENROLMENT_NOTE_TRANSPORT };

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *value = stile_enrolment_note_get (self->note, kept[i]);

      if (value != NULL)
        stile_enrolment_note_set (stile_enrolment_get_note (self->enrolment), kept[i], value);
    }
}

static void
make_enrolment (StileRenewal *self, StileChannel *channel)
{
  g_autofree char *name = stile_enrolment_note_get_name (self->note);
  g_autofree char *label = stile_enrolment_note_get (self->note, STILE_ENROLMENT_NOTE_LABEL);
  const char *key = stile_profile_get_key (self->profile);
  g_autofree char *token = g_str_has_prefix (key, "pkcs11:") ? stile_token_key_forget_id (key) : NULL;
  g_autoptr (StileEstClient) client = stile_est_client_new (channel);
  const StileEnrolmentSettings settings = { .directory = self->directory,
                                            .name = name,
                                            .key = token,
                                            .pin = self->pin,
                                            .like = stile_identity_get_certificate (self->identity),
                                            .renew = TRUE };

  stile_est_client_set_label (client, label);
  g_signal_connect_object (client, "waiting", G_CALLBACK (waiting_cb), self, G_CONNECT_DEFAULT);
  g_clear_object (&self->enrolment);
  self->enrolment = stile_enrolment_new (client, &settings);
  keep_notes (self);
}

static void
renewed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean done = stile_enrolment_run_finish (STILE_ENROLMENT (object), result, &error);
  StileRenewal *self = g_task_get_source_object (task);

  /* What was to be done is done: a goodbye that gets lost changes nothing. */
  if (self->client != NULL)
    stile_client_close_async (self->client, NULL, NULL, NULL);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes over @task. */
static void
enrol (GTask *task, StileChannel *channel)
{
  StileRenewal *self = g_task_get_source_object (task);

  make_enrolment (self, channel);
  stile_enrolment_run_async (self->enrolment, g_task_get_cancellable (task), renewed, task);
}

/* --- the way there --- */

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileChannel) channel = NULL;

  if (!stile_client_connect_finish (STILE_CLIENT (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  channel = stile_channel_new_atls (STILE_CLIENT (object));
  enrol (g_steal_pointer (&task), channel);
}

static StileCredentials *
make_credentials (StileRenewal *self)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->identity);
  stile_credentials_set_application_protocols (credentials, protocols);
  if (self->anchors != NULL)
    stile_credentials_set_anchors (credentials, self->anchors);
  else
    stile_credentials_set_system_trust (credentials);

  return credentials;
}

/* Takes over @task. */
static void
go_there (GTask *task, StileCarrier *carrier, gboolean plain)
{
  StileRenewal *self = g_task_get_source_object (task);
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (StileChannel) channel = NULL;

  if (plain)
    {
      channel = stile_channel_new_plain (carrier);
      enrol (task, channel);
      return;
    }

  credentials = make_credentials (self);
  g_clear_object (&self->client);
  self->client = stile_client_new (carrier, credentials, stile_profile_get_mode (self->profile));
  stile_client_connect_async (self->client, g_task_get_cancellable (task), connected, task);
}

/**
 * stile_renewal_run_async:
 *
 * Goes to the service with the certificate that is to be renewed, and gets a new one for a new key.
 */
void
stile_renewal_run_async (StileRenewal *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *transport = stile_enrolment_note_get (self->note, STILE_ENROLMENT_NOTE_TRANSPORT);
  gboolean plain = g_strcmp0 (transport, "https") == 0;
  g_autoptr (StileCarrier) carrier = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, stile_renewal_run_async);
  if (read_note (self, &error))
    carrier = g_initable_new (self->carrier_type, NULL, &error, "service",
                              stile_profile_get_service (self->profile), "proxy",
                              stile_profile_get_proxy (self->profile), "anchors",
                              plain ? self->anchors : NULL, "identity", plain ? self->identity : NULL, NULL);
  if (carrier == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  go_there (g_steal_pointer (&task), carrier, plain);
}

/**
 * stile_renewal_run_finish:
 *
 * Returns: whether there is a new certificate, in its place
 */
gboolean
stile_renewal_run_finish (StileRenewal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_renewal_get_enrolment:
 *
 * Returns: (transfer none) (nullable): the new certificate, and how it came; %NULL before the service was reached
 */
StileEnrolment *
stile_renewal_get_enrolment (StileRenewal *self)
{
  return self->enrolment;
}
