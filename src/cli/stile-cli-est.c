/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-est.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-enrolment-request.h"
#include "bootstrap/stile-enrolment.h"
#include "bootstrap/stile-private-file.h"
#include "cli/stile-cli-channel.h"
#include "cli/stile-cli-enrolment.h"
#include "cli/stile-cli.h"
#include "codec/stile-certificate-bundle.h"

/**
 * Est:
 *
 * One run of "stilectl est": what was asked for, and what is needed for it.
 */
typedef struct
{
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *tls;
  char *mode;
  gboolean plain;
  char *label;
  char *user;
  char *password_file;
  char *subject;
  char **dns_names;
  char *directory;
  char *name;
  char *key_out;
  char *key_type;
  char *out;
  char *pkcs12;
  char *pkcs12_password_file;
  gboolean json;

  const char *url;
  StileProfile *profile;
  StileIdentity *identity; /* NULL for none */
  StileChannel *channel;
  StileEstClient *client;
  GCancellable *cancellable;
  char *common_name;
  char *serial_number;
} Est;

static void
est_clear (Est *self)
{
  char *texts[] = { self->ca,
                    self->certificate,
                    self->key,
                    self->proxy,
                    self->tls,
                    self->mode,
                    self->label,
                    self->user,
                    self->password_file,
                    self->subject,
                    self->directory,
                    self->name,
                    self->key_out,
                    self->key_type,
                    self->out,
                    self->pkcs12,
                    self->pkcs12_password_file,
                    self->common_name,
                    self->serial_number };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (self->dns_names);
  g_clear_object (&self->client);
  g_clear_object (&self->channel);
  g_clear_object (&self->identity);
  g_clear_object (&self->profile);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Est, est_clear)

/* --- before --- */

static gboolean
set_credentials (Est *self, GError **error)
{
  g_autoptr (GBytes) password = NULL;

  if (self->user == NULL)
    return TRUE;
  password = stile_cli_channel_load_secret (self->password_file, error);
  if (password == NULL)
    return FALSE;

  stile_est_client_set_credentials (self->client, self->user, password);
  return TRUE;
}

static gboolean
prepare (Est *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  self->cancellable = stile_cli_watch_interrupt ();
  self->profile = stile_profile_new ();
  g_object_set (self->profile, "service", self->url, "anchors", self->ca, "certificate", self->certificate,
                "key", self->key, "proxy", self->proxy, NULL);
  if (!stile_cli_set_enum (self->profile, "mode", self->mode, error) ||
      !stile_cli_set_enum (self->profile, "tls-version", self->tls, error))
    return FALSE;
  self->identity = stile_profile_load_identity (self->profile, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  self->channel = stile_cli_channel_open (self->profile, self->plain, self->cancellable, error);
  if (self->channel == NULL)
    return FALSE;
  self->client = stile_est_client_new (self->channel);
  stile_est_client_set_label (self->client, self->label);
  g_signal_connect (self->client, "waiting", G_CALLBACK (stile_cli_enrolment_waiting_cb), NULL);
  return set_credentials (self, error);
}

/* --- what the service hands out --- */

static gboolean
write_chain (Est *self, GPtrArray *certificates, GError **error)
{
  g_autofree char *pem = stile_certificate_bundle_to_pem (certificates);

  if (self->out == NULL)
    return TRUE;
  if (g_file_set_contents (self->out, pem, -1, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return FALSE;
}

static GPtrArray *
get_roots (Est *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_est_client_get_roots_async (self->client, self->cancellable, stile_cli_channel_await_cb, &result);
  return stile_est_client_get_roots_finish (self->client, stile_cli_channel_await (&result), error);
}

static gboolean
run_cacerts (Est *self, GError **error)
{
  g_autoptr (GPtrArray) roots = get_roots (self, error);

  if (roots == NULL || !write_chain (self, roots, error))
    return FALSE;

  if (self->json)
    stile_cli_enrolment_print_json (roots, NULL, NULL);
  else if (self->out == NULL)
    {
      g_autofree char *pem = stile_certificate_bundle_to_pem (roots);

      g_print ("%s", pem);
    }
  else
    stile_cli_enrolment_print_chain (roots);
  return TRUE;
}

static StileCsrAttributes *
get_attributes (Est *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_est_client_get_attributes_async (self->client, self->cancellable, stile_cli_channel_await_cb,
                                         &result);
  return stile_est_client_get_attributes_finish (self->client, stile_cli_channel_await (&result), error);
}

static gboolean
run_csrattrs (Est *self, GError **error)
{
  g_autoptr (StileCsrAttributes) attributes = get_attributes (self, error);

  if (attributes == NULL)
    return FALSE;

  stile_cli_enrolment_print_attributes (attributes, self->json);
  return TRUE;
}

/* --- certificates --- */

static gboolean
read_kind (Est *self, StileEnrolmentKeyKind *kind, GError **error)
{
  *kind = STILE_ENROLMENT_KEY_P256;
  return self->key_type == NULL || stile_enrolment_key_parse_kind (self->key_type, kind, error);
}

static gboolean
fill_settings (Est *self, StileEnrolmentSettings *settings, GError **error)
{
  if (!stile_cli_enrolment_read_subject (self->subject, &self->common_name, &self->serial_number, error) ||
      !read_kind (self, &settings->kind, error))
    return FALSE;

  settings->directory = self->directory;
  settings->name = self->name;
  settings->key = self->key_out;
  settings->common_name = self->common_name;
  settings->serial_number = self->serial_number;
  settings->dns_names = (const char *const *)self->dns_names;
  settings->pin = stile_cli_enrolment_get_pin ();
  if (self->subject == NULL && self->dns_names == NULL && self->identity != NULL)
    settings->like = stile_identity_get_certificate (self->identity);
  if (settings->like != NULL || self->subject != NULL)
    return TRUE;

  g_set_error_literal (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("Whom is the certificate for? Give --subject, or --cert and --key of whom it is for"));
  return FALSE;
}

static gboolean
write_pkcs12 (Est *self, StileEnrolmentKey *key, GPtrArray *chain, GError **error)
{
  g_autoptr (GBytes) password = NULL;
  g_autoptr (GBytes) pkcs12 = NULL;

  if (self->pkcs12 == NULL)
    return TRUE;

  password = stile_cli_channel_load_secret (self->pkcs12_password_file, error);
  pkcs12 = password != NULL ? stile_enrolment_key_to_pkcs12 (key, chain, password, error) : NULL;
  return pkcs12 != NULL && stile_private_file_create (self->pkcs12, pkcs12, error);
}

static void
fill_note (Est *self, StileEnrolmentNote *note)
{
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_SERVICE, self->url);
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_LABEL, self->label);
  stile_cli_enrolment_set_path (note, STILE_ENROLMENT_NOTE_ANCHORS, self->ca);
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_PROXY, self->proxy);
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_TRANSPORT, self->plain ? "https" : "atls");
}

static gboolean
enrol (Est *self, gboolean renew, GError **error)
{
  StileEnrolmentSettings settings = { .renew = renew };
  g_autoptr (StileEnrolment) job = NULL;

  if (!fill_settings (self, &settings, error))
    return FALSE;

  job = stile_enrolment_new (self->client, &settings);
  g_clear_pointer (&settings.pin, g_bytes_unref);
  fill_note (self, stile_enrolment_get_note (job));
  if (!stile_cli_enrolment_run (job, self->cancellable, error) ||
      !write_chain (self, stile_enrolment_get_chain (job), error) ||
      !write_pkcs12 (self, stile_enrolment_get_key (job), stile_enrolment_get_chain (job), error))
    return FALSE;

  stile_cli_enrolment_print (job, self->json);
  return TRUE;
}

static gboolean
run_enrol (Est *self, GError **error)
{
  return enrol (self, FALSE, error);
}

static gboolean
run_reenrol (Est *self, GError **error)
{
  return enrol (self, TRUE, error);
}

/* --- a key that the service makes --- */

/* The request needs a key to be signed with, which counts for nothing (RFC 7030 section 4.4.1) and goes at once. */
static StileCertificateRequest *
make_throwaway_request (StileEnrolmentSettings *settings, StileCsrAttributes *attributes, GError **error)
{
  g_autofree char *path = g_strconcat (settings->key, ".throwaway", NULL);
  const StileEnrolmentKeyPlace place = { .place = path };
  g_autoptr (StileEnrolmentKey) key = stile_enrolment_key_create (&place, settings->kind, error);
  StileCertificateRequest *request;

  if (key == NULL)
    return NULL;

  request = stile_enrolment_request_make (settings, attributes, NULL, key, error);
  stile_enrolment_key_remove (key);
  return request;
}

static gboolean
keep_generated (Est *self, GPtrArray *certificates, GPtrArray *roots, GBytes *secret, GError **error)
{
  const StileEnrolmentKeyPlace place = { .place = self->key_out };
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GBytes) pem = stile_cli_enrolment_make_key_pem (secret);
  g_autoptr (StileEnrolmentKey) key = NULL;
  g_autoptr (GPtrArray) chain = NULL;

  if (!stile_private_file_create (self->key_out, pem, error))
    return FALSE;
  key = stile_enrolment_key_open (&place, error);
  if (key == NULL)
    return FALSE;

  chain = stile_enrolment_request_judge (certificates, stile_enrolment_key_get_public (key), roots,
                                         g_get_real_time () / G_USEC_PER_SEC, checks, error);
  if (chain == NULL)
    {
      stile_enrolment_key_remove (key);
      return FALSE;
    }
  if (!write_chain (self, chain, error) || !write_pkcs12 (self, key, chain, error))
    return FALSE;

  if (self->json)
    stile_cli_enrolment_print_json (chain, checks, NULL);
  else
    stile_cli_enrolment_print_chain (chain);
  return TRUE;
}

static gboolean
run_serverkeygen (Est *self, GError **error)
{
  StileEnrolmentSettings settings = { 0 };
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (StileCsrAttributes) attributes = NULL;
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GPtrArray) certificates = NULL;

  if (!fill_settings (self, &settings, error))
    return FALSE;
  g_clear_pointer (&settings.pin, g_bytes_unref);
  roots = get_roots (self, error);
  attributes = roots != NULL ? get_attributes (self, error) : NULL;
  request = attributes != NULL ? make_throwaway_request (&settings, attributes, error) : NULL;
  if (request == NULL)
    return FALSE;

  stile_est_client_generate_key_async (self->client, request, self->cancellable, stile_cli_channel_await_cb,
                                       &result);
  certificates =
      stile_est_client_generate_key_finish (self->client, stile_cli_channel_await (&result), &key, error);
  return certificates != NULL && keep_generated (self, certificates, roots, key, error);
}

/* --- the verb --- */

typedef struct
{
  const char *name;
  gboolean (*run) (Est *self, GError **error);
} Operation;

static const Operation operations[] = {
  { "cacerts", run_cacerts }, { "csrattrs", run_csrattrs },         { "enrol", run_enrol },
  { "reenrol", run_reenrol }, { "serverkeygen", run_serverkeygen },
};

static const Operation *
find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].name, name) == 0)
      return &operations[i];

  return NULL;
}

static const char *
find_problem (Est *self, const Operation *operation)
{
  if (operation == NULL)
    return _ ("the operation is cacerts, csrattrs, enrol, reenrol or serverkeygen");
  if ((self->user == NULL) != (self->password_file == NULL))
    return _ ("--user and --password-file belong together");
  if ((self->pkcs12 == NULL) != (self->pkcs12_password_file == NULL))
    return _ ("--pkcs12 and --pkcs12-password-file belong together");
  if (operation->run == run_reenrol && self->certificate == NULL)
    return _ ("reenrol needs --cert and --key of the certificate to renew");
  if (operation->run == run_serverkeygen &&
      (self->key_out == NULL || g_str_has_prefix (self->key_out, "pkcs11:")))
    return _ ("serverkeygen needs --key-out with a file");

  return NULL;
}

static int
run (Est *self, const Operation *operation)
{
  g_autoptr (GError) error = NULL;

  if (!prepare (self, &error) || !operation->run (self, &error))
    return stile_cli_fail (error, self->json);

  stile_cli_channel_close (self->channel);
  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_est_run:
 *
 * "stilectl est OPERATION URL": one operation of EST.
 *
 * Returns: the exit status
 */
int
stile_cli_est_run (int argc, char *argv[])
{
  g_auto (Est) self = { 0 };
  const GOptionEntry entries[] = {
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Believe only services of these CAs (else the system’s)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate, N_ ("Our certificate chain, or a pkcs11: URL"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &self.plain, N_ ("Plain HTTPS, without ATLS"), NULL },
    { "tls", 0, 0, G_OPTION_ARG_STRING, &self.tls, N_ ("Only this version: 1.2 or 1.3"), N_ ("VERSION") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &self.mode, N_ ("How data is protected: record or export"),
      N_ ("MODE") },
    { "label", 0, 0, G_OPTION_ARG_STRING, &self.label, N_ ("Which of the service’s CAs"), N_ ("LABEL") },
    { "user", 0, 0, G_OPTION_ARG_STRING, &self.user, N_ ("For a service that asks for a user"), N_ ("NAME") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &self.password_file,
      N_ ("Its first line is the password"), N_ ("FILE") },
    { "subject", 0, 0, G_OPTION_ARG_STRING, &self.subject, N_ ("Whom it is for: CN=…,serialNumber=…"),
      N_ ("NAME") },
    { "dns", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.dns_names, N_ ("A host name for it; may be repeated"),
      N_ ("NAME") },
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &self.directory, N_ ("Where enrolments are kept"),
      N_ ("FOLDER") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self.name, N_ ("What to call this one (identity)"), N_ ("NAME") },
    { "key-out", 0, 0, G_OPTION_ARG_FILENAME, &self.key_out,
      N_ ("Where the new key goes: a file, or a pkcs11: URL"), N_ ("PLACE") },
    { "key-type", 0, 0, G_OPTION_ARG_STRING, &self.key_type,
      N_ ("Of the new key: p256, p384, rsa2048, rsa3072 or ed25519"), N_ ("TYPE") },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &self.out, N_ ("Write the certificates there too"), N_ ("FILE") },
    { "pkcs12", 0, 0, G_OPTION_ARG_FILENAME, &self.pkcs12, N_ ("Write key and certificates there too"),
      N_ ("FILE") },
    { "pkcs12-password-file", 0, 0, G_OPTION_ARG_FILENAME, &self.pkcs12_password_file,
      N_ ("Its first line protects them"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const Operation *operation;
  const char *problem;

  if (!stile_cli_parse ("est", _ ("OPERATION URL"),
                        _ ("Ask an EST service: cacerts, csrattrs, enrol, reenrol, serverkeygen."), entries,
                        &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 3)
    return stile_cli_fail_usage ("est", _ ("name an operation and a service, as enrol https://host"));

  operation = find (argv[1]);
  problem = find_problem (&self, operation);
  if (problem != NULL)
    return stile_cli_fail_usage ("est", problem);
  self.url = argv[2];
  if (self.directory == NULL)
    self.directory = stile_cli_enrolment_get_directory ();

  return run (&self, operation);
}
