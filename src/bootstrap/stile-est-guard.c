/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-guard.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-est-rules.h"
#include "bootstrap/stile-est-sender.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-secret.h"

/* Passwords that wait to be hashed: each costs some hundredths of a second, and anybody may send one. */
#define MAX_WAITING 16

/**
 * StileEstGuard:
 *
 * Who may enrol when nobody else decides: clients with a certificate under some anchors, and users with a password (RFC
 * 7030 section 3.2.3).  Renewals pass: the server has looked at their certificate.
 */
struct _StileEstGuard
{
  GObject parent_instance;

  GPtrArray *anchors;           /* of StileCertificate, perhaps none */
  StilePasswordFile *passwords; /* or NULL */
  GMutex hashing;
  int waiting; /* atomic */
};

G_DEFINE_FINAL_TYPE (StileEstGuard, stile_est_guard, G_TYPE_OBJECT)

static void
stile_est_guard_finalize (GObject *object)
{
  StileEstGuard *self = STILE_EST_GUARD (object);

  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->passwords);
  g_mutex_clear (&self->hashing);

  G_OBJECT_CLASS (stile_est_guard_parent_class)->finalize (object);
}

static void
stile_est_guard_class_init (StileEstGuardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_est_guard_finalize;
}

static void
stile_est_guard_init (StileEstGuard *self)
{
  g_mutex_init (&self->hashing);
}

/**
 * stile_est_guard_new:
 * @anchors: (nullable) (element-type StileCertificate): clients with a certificate under these may enrol
 * @passwords: (nullable): and users with a password
 */
StileEstGuard *
stile_est_guard_new (GPtrArray *anchors, StilePasswordFile *passwords)
{
  StileEstGuard *self = g_object_new (STILE_TYPE_EST_GUARD, NULL);

  self->anchors = anchors != NULL ? g_ptr_array_ref (anchors) : g_ptr_array_new ();
  g_set_object (&self->passwords, passwords);

  return self;
}

static gboolean
refuse (guint *status, char **sentence, guint code, const char *why)
{
  *status = code;
  *sentence = g_strdup (why);
  return FALSE;
}

static gboolean
check_password (StileEstGuard *self, const char *user, const char *password)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->hashing);

  return stile_password_file_check (self->passwords, user, password);
}

/* One at a time: whoever guesses takes no more than one core. */
static gboolean
judge_password (StileEstGuard *self, const char *user, const char *password, guint *status, char **sentence)
{
  gboolean good;

  if (g_atomic_int_add (&self->waiting, 1) >= MAX_WAITING)
    {
      g_atomic_int_add (&self->waiting, -1);
      return refuse (status, sentence, 503,
                     _ ("Too many passwords are being checked; try again in a moment"));
    }
  good = check_password (self, user, password);
  g_atomic_int_add (&self->waiting, -1);

  return good || refuse (status, sentence, 401, _ ("The name or the password is not right"));
}

static gboolean
ask_password (StileEstGuard *self, StileExchange *exchange, guint *status, char **sentence)
{
  g_autofree char *password = NULL;
  g_autofree char *user = NULL;
  gboolean good;

  if (!stile_est_sender_is_private (exchange))
    return refuse (status, sentence, 403, _ ("Enrolling needs TLS: a password must not travel in the clear"));
  user = stile_est_sender_get_user (stile_exchange_get_request (exchange), &password);
  if (user == NULL)
    return refuse (status, sentence, 401,
                   _ ("Enrolling needs a certificate of a known authority, or a password"));

  good = judge_password (self, user, password, status, sentence);
  stile_secret_wipe (password, strlen (password));
  return good;
}

/* An EST server in front of this one asks for its devices: it has looked at who they are (RFC 7030 section 3.7.1). */
static gboolean
is_authority (StileCertificate *certificate)
{
  return stile_certificate_path_has_purpose (certificate, STILE_PURPOSE_CMC_RA);
}

/* A person, or a client that is no device, gets no certificate in a device's name. */
static gboolean
check_name (StileCertificateRequest *request, guint *status, char **sentence)
{
  g_autoptr (GError) error = NULL;

  return stile_est_rules_check_subject (request, NULL, &error) ||
         refuse (status, sentence, 403, error->message);
}

static gboolean
let_in (StileCertificate *certificate,
        StileCertificateRequest *request,
        char **device_serial,
        guint *status,
        char **sentence)
{
  *device_serial = stile_certificate_path_get_device_serial (certificate);

  return *device_serial != NULL || is_authority (certificate) || check_name (request, status, sentence);
}

/**
 * stile_est_guard_gate:
 * @user_data: a #StileEstGuard
 *
 * A #StileEstGate.
 */
gboolean
stile_est_guard_gate (StileExchange *exchange,
                      StileCertificateRequest *request,
                      gboolean renewing,
                      char **device_issuer,
                      char **device_serial,
                      guint *status,
                      char **sentence,
                      gpointer user_data)
{
  StileEstGuard *self = STILE_EST_GUARD (user_data);
  GPtrArray *chain = stile_exchange_get_peer_chain (exchange);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (renewing)
    return TRUE;
  if (chain != NULL && self->anchors->len > 0 &&
      stile_certificate_path_verify (chain, self->anchors, now, STILE_CERTIFICATE_PATH_DEFAULT, NULL, NULL))
    return let_in (g_ptr_array_index (chain, 0), request, device_serial, status, sentence);
  if (self->passwords == NULL)
    return refuse (status, sentence, 403,
                   _ ("Enrolling needs a certificate of an authority that is known here"));

  return ask_password (self, exchange, status, sentence) && check_name (request, status, sentence);
}
