/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-words.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-voucher-words.h"
#include "codec/stile-certificate-path.h"

/* What each step is called, and what it says while it works; what it has found is said by its own function. */
typedef struct
{
  const char *name;
  const char *title;
  const char *working;
} Words;

static const Words words[STILE_BOOTSTRAP_N_STEPS] = {
  [STILE_BOOTSTRAP_SERVICE] = { "service", N_ ("Service"),
                                N_ ("Which service should vouch for this network?") },
  [STILE_BOOTSTRAP_PATH] = { "path", N_ ("Path"),
                             N_ ("Looking at what lies between this computer and the service.") },
  [STILE_BOOTSTRAP_SESSION] = { "session", N_ ("Secure session"),
                                N_ ("Agreeing on keys with the service, through whatever lies between.") },
  [STILE_BOOTSTRAP_VOUCHER] = { "voucher", N_ ("Voucher"),
                                N_ ("Asking the manufacturer whom this device belongs to.") },
  [STILE_BOOTSTRAP_ROOTS] = { "roots", N_ ("Domain CA roots"),
                              N_ ("Asking the service which authorities speak for this domain.") },
  [STILE_BOOTSTRAP_INSTALL] = { "install", N_ ("Install"),
                                N_ ("Where should these authorities be trusted?") },
  [STILE_BOOTSTRAP_ENROL] = { "enrol", N_ ("Enrol"), N_ ("Getting this computer its own certificate.") },
  [STILE_BOOTSTRAP_DONE] = { "done", N_ ("Done"),
                             N_ ("Making the connection that failed before, once more.") },
};

/**
 * stile_bootstrap_words_get_title:
 *
 * Returns: (transfer none): translated
 */
const char *
stile_bootstrap_words_get_title (StileBootstrapStep step)
{
  return _ (words[step].title);
}

/**
 * stile_bootstrap_words_get_name:
 *
 * Returns: (transfer none): for JSON, never translated
 */
const char *
stile_bootstrap_words_get_name (StileBootstrapStep step)
{
  return words[step].name;
}

static const char *
issuer_of (StileObservation *observation)
{
  GPtrArray *chain = stile_observation_get_chain (observation);

  return chain != NULL ? stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)) : NULL;
}

static char *
describe_service (StileBootstrap *job)
{
  StileIdentity *identity = stile_bootstrap_get_identity (job);
  const char *service = stile_profile_get_service (stile_bootstrap_get_profile (job));

  if (identity == NULL)
    return g_strdup_printf (_ ("%s. This computer shows no certificate."), service);

  return g_strdup_printf (_ ("%s. This computer is “%s”."), service,
                          stile_certificate_get_name (stile_identity_get_certificate (identity)));
}

/**
 * stile_bootstrap_words_describe_path:
 *
 * Returns: (transfer full): what lies between, in a translated sentence
 */
char *
stile_bootstrap_words_describe_path (StileBootstrap *job)
{
  StileObservation *path = stile_bootstrap_get_path (job);
  g_autofree char *reason = NULL;

  if (stile_observation_get_tls_version (path) == NULL)
    return g_strdup (_ ("The connection has no TLS of its own: anybody on the way can read and change it."));
  if (stile_observation_get_errors (path) == 0)
    return g_strdup_printf (_ ("The connection is vouched for by “%s”, which this computer trusts."),
                            issuer_of (path));

  /* Before the service has told which certificate it shows, this is a guess, and says so. */
  if (stile_bootstrap_is_intercepted (job) && stile_bootstrap_get_service_view (job) == NULL)
    return g_strdup_printf (
        _ ("Probably intercepted: the connection is signed by “%s”, which this computer does not trust."),
        issuer_of (path));
  if (stile_bootstrap_is_intercepted (job))
    return g_strdup_printf (
        _ ("Intercepted by something that signs as “%s”, which this computer does not trust."),
        issuer_of (path));

  reason = stile_observation_describe_errors (path);
  return g_strdup_printf (_ ("The certificate of the connection, signed by “%s”, does not hold: %s."),
                          issuer_of (path), reason);
}

static char *
describe_session (StileBootstrap *job)
{
  StileClient *client = stile_bootstrap_get_client (job);
  GPtrArray *chain;
  StileCertificate *leaf;

  if (client == NULL)
    return g_strdup (
        _ ("The policy goes without ATLS here: plain HTTPS, vouched for by this computer’s trust store."));

  chain = stile_session_get_peer_chain (stile_client_get_session (client));
  if (chain == NULL)
    return g_strdup (_ ("The secure session is up; the service was known from before."));
  leaf = g_ptr_array_index (chain, 0);
  if (stile_bootstrap_get_pledge (job) != NULL)
    return g_strdup_printf (
        _ ("“%s” of “%s” answers. Nothing in between can read or change what is said; who it is "
           "must be vouched for by the manufacturer."),
        stile_certificate_get_name (leaf), stile_certificate_get_issuer_name (leaf));
  return g_strdup_printf (
      _ ("“%s” answers, verified through “%s”. Nothing in between can read or change what is said."),
      stile_certificate_get_name (leaf), stile_certificate_get_issuer_name (leaf));
}

static char *
describe_waiting (StileBootstrap *job)
{
  StilePledge *pledge = stile_bootstrap_get_pledge (job);
  const char *said = pledge != NULL ? stile_pledge_get_waiting_words (pledge) : NULL;

  if (pledge == NULL || stile_pledge_get_waiting_until (pledge) == 0)
    return NULL;
  if (said == NULL)
    return g_strdup (_ (
        "Waiting for somebody to approve this computer at the registrar, which is asked again by itself."));

  return g_strdup_printf (
      _ ("Waiting for somebody to approve this computer at the registrar, which is asked again by "
         "itself. The registrar says: “%s”"),
      said);
}

static char *
describe_voucher (StileBootstrap *job)
{
  const StileJudgement *judgement = stile_pledge_get_judgement (stile_bootstrap_get_pledge (job));

  return stile_voucher_words_summarize (judgement->voucher, judgement->signer);
}

static char *
describe_roots (StileBootstrap *job)
{
  guint count = stile_bootstrap_get_roots (job)->len;

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u authority speaks for this domain.",
                                       "%u authorities speak for this domain.", count),
                          count);
}

static char *
describe_enrolment (StileBootstrap *job)
{
  StileCertificate *certificate =
      g_ptr_array_index (stile_enrolment_get_chain (stile_bootstrap_get_enrolment (job)), 0);
  g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (certificate), "%F");

  return g_strdup_printf (_ ("This computer is “%s” for the domain, until %s, as “%s” says."),
                          stile_certificate_get_name (certificate), until,
                          stile_certificate_get_issuer_name (certificate));
}

static char *
describe_done (StileBootstrap *job)
{
  StileObservation *path = stile_bootstrap_get_path (job);

  if (stile_observation_get_tls_version (path) == NULL)
    return g_strdup (
        _ ("The roots are installed. The address itself uses no TLS, so there was nothing to make valid."));
  if (stile_observation_get_errors (path) == 0)
    return g_strdup (_ ("The connection was valid before and is valid now."));

  return g_strdup (_ ("The connection that failed before now works."));
}

static char *
describe_skipped (StileBootstrap *job, StileBootstrapStep step)
{
  if (step == STILE_BOOTSTRAP_VOUCHER)
    return g_strdup (_ ("No voucher was asked for: the service’s own certificate vouches for what it says."));

  return g_strdup (_ ("This computer keeps the identity that it has."));
}

/**
 * stile_bootstrap_words_describe:
 *
 * Returns: (transfer full): what the step does, or has found, in translated sentences
 */
char *
stile_bootstrap_words_describe (StileBootstrap *job, StileBootstrapStep step)
{
  g_autofree char *waiting = step == STILE_BOOTSTRAP_VOUCHER ? describe_waiting (job) : NULL;

  if (stile_bootstrap_get_state (job, step) == STILE_BOOTSTRAP_SKIPPED)
    return describe_skipped (job, step);
  if (stile_bootstrap_get_state (job, step) != STILE_BOOTSTRAP_COMPLETE)
    return waiting != NULL ? g_steal_pointer (&waiting) : g_strdup (_ (words[step].working));

  switch (step)
    {
    case STILE_BOOTSTRAP_SERVICE:
      return describe_service (job);
    case STILE_BOOTSTRAP_PATH:
      return stile_bootstrap_words_describe_path (job);
    case STILE_BOOTSTRAP_SESSION:
      return describe_session (job);
    case STILE_BOOTSTRAP_VOUCHER:
      return describe_voucher (job);
    case STILE_BOOTSTRAP_ROOTS:
      return describe_roots (job);
    case STILE_BOOTSTRAP_INSTALL:
      return g_strdup (_ ("The authorities are installed, and were found there again."));
    case STILE_BOOTSTRAP_ENROL:
      return describe_enrolment (job);
    case STILE_BOOTSTRAP_DONE:
    default:
      return describe_done (job);
    }
}

/* A device that could have a voucher, and somebody who forgot what its manufacturer gave along with it. */
static char *
warn_of_service (StileBootstrap *job)
{
  StileIdentity *identity = stile_bootstrap_get_identity (job);
  StileProfile *profile = stile_bootstrap_get_profile (job);
  g_autofree char *serial =
      identity != NULL ? stile_certificate_path_get_device_serial (stile_identity_get_certificate (identity))
                       : NULL;

  if (serial == NULL || stile_profile_get_anchors (profile) != NULL ||
      stile_profile_get_trust (profile) != STILE_TRUST_AUTO)
    return NULL;

  return g_strdup (
      _ ("This is a device’s certificate, but no CA of its manufacturer was named: no voucher is "
         "asked for, and the service is believed only where the system’s authorities vouch for "
         "it."));
}

static char *
warn_of_path (StileBootstrap *job)
{
  StileObservation *path = stile_bootstrap_get_path (job);

  if (path == NULL || stile_observation_get_errors (path) == 0)
    return NULL;
  if (stile_profile_get_policy (stile_bootstrap_get_profile (job)) == STILE_POLICY_NEVER)
    return g_strdup (
        _ ("The policy goes without ATLS, so this connection is all there is: the walk will end here."));

  return g_strdup (
      _ ("Stile goes on: what it sends is protected separately, from this computer to the service."));
}

/* Loud: these are the two cases in which installing would not help, or would help the wrong one. */
static char *
warn_of_roots (StileBootstrap *job)
{
  StileObservation *path = stile_bootstrap_get_path (job);

  if (stile_bootstrap_get_roots (job) == NULL || path == NULL || stile_observation_get_errors (path) == 0 ||
      stile_bootstrap_get_inspecting_root (job) != NULL)
    return NULL;
  if (!stile_bootstrap_is_intercepted (job))
    return g_strdup_printf (
        _ ("The service’s own certificate is signed by “%s”, which is none of these authorities: "
           "installing them will not make this address valid. Ask the operator of the service."),
        issuer_of (path));

  return g_strdup_printf (
      _ ("What intercepts this connection signs as “%s”, and this domain does not know it. Do not "
         "trust it. Tell the administrator of this network what you see here."),
      issuer_of (path));
}

/**
 * stile_bootstrap_words_warn:
 *
 * Returns: (transfer full) (nullable): what somebody must know before going on, in translated sentences
 */
char *
stile_bootstrap_words_warn (StileBootstrap *job, StileBootstrapStep step)
{
  if (step == STILE_BOOTSTRAP_SERVICE)
    return warn_of_service (job);
  if (step == STILE_BOOTSTRAP_PATH)
    return warn_of_path (job);
  if (step == STILE_BOOTSTRAP_ROOTS || step == STILE_BOOTSTRAP_INSTALL)
    return warn_of_roots (job);

  return NULL;
}
