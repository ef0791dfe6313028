/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-verdict.h"

#include "diagnosis/stile-finding-rules.h"
#include "diagnosis/stile-verdict-authority.h"
#include "diagnosis/stile-verdict-path.h"
#include "diagnosis/stile-verdict-sighting.h"
#include "diagnosis/stile-verdict-words.h"

/**
 * StileVerdict:
 *
 * What a diagnosis concludes from its signals: one path class, how sure, why, and what else the way does.  It asks nobody: the
 * same signals give the same verdict.
 */
struct _StileVerdict
{
  GObject parent_instance;

  StilePathKind path;
  StileConfidence confidence;
  char *sentence;
  char *confidence_sentence;
  char **reasons;
  GPtrArray *findings; /* of StileFinding */
  StileSighting *sighting;
  StileCertificate *authority; /* NULL: it never came */
  char *authority_name;
  char *authority_id;
  StileStanding standing;
  gboolean intended;
  StileVendorGuess *vendor;
};

G_DEFINE_FINAL_TYPE (StileVerdict, stile_verdict, G_TYPE_OBJECT)

static const char *const path_names[] = {
  [STILE_PATH_DIRECT] = "direct",
  [STILE_PATH_CONNECT_ONLY] = "connect-only",
  [STILE_PATH_SERVICE_TERMINATOR] = "service-terminator",
  [STILE_PATH_INTERCEPTED_TRUSTED] = "intercepted-trusted",
  [STILE_PATH_INTERCEPTED_UNTRUSTED] = "intercepted-untrusted",
  [STILE_PATH_UNLISTED_PUBLIC] = "unlisted-public",
  [STILE_PATH_SELECTIVE_INTERCEPTION] = "selective-interception",
  [STILE_PATH_UNREACHABLE] = "unreachable",
  [STILE_PATH_PROXY_REFUSED] = "proxy-refused",
  [STILE_PATH_WRONG_CLOCK] = "wrong-clock",
  [STILE_PATH_UNDETERMINED] = "undetermined",
};

static const char *const standing_names[] = {
  [STILE_STANDING_NONE] = "none",
  [STILE_STANDING_DOMAIN] = "domain",
  [STILE_STANDING_SYSTEM] = "system",
  [STILE_STANDING_NOBODY] = "nobody",
};

static void
stile_verdict_finalize (GObject *object)
{
  StileVerdict *self = STILE_VERDICT (object);

  g_free (self->sentence);
  g_free (self->confidence_sentence);
  g_strfreev (self->reasons);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_object (&self->sighting);
  g_clear_object (&self->authority);
  g_free (self->authority_name);
  g_free (self->authority_id);
  g_clear_pointer (&self->vendor, stile_vendors_guess_free);

  G_OBJECT_CLASS (stile_verdict_parent_class)->finalize (object);
}

static void
stile_verdict_class_init (StileVerdictClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_verdict_finalize;
}

static void
stile_verdict_init (StileVerdict *self)
{
}

/**
 * stile_verdict_name_path:
 *
 * Returns: (transfer none): its word in a report, in no language (DIAGNOSIS.md, names)
 */
const char *
stile_verdict_name_path (StilePathKind path)
{
  return path_names[path];
}

/**
 * stile_verdict_name_standing:
 *
 * Returns: (transfer none): its word in a report, in no language
 */
const char *
stile_verdict_name_standing (StileStanding standing)
{
  return standing_names[standing];
}

static void
judge_authority (StileVerdict *self,
                 StileSignals *signals,
                 StileVendors *vendors,
                 StileKnownAuthorities *known)
{
  StileObservation *client = stile_sighting_get_client (self->sighting);

  g_set_object (&self->authority, stile_verdict_authority_find (self->sighting));
  self->authority_name = g_strdup (stile_verdict_authority_name (self->sighting, self->authority));
  self->authority_id = stile_verdict_authority_identify (self->sighting, self->authority);
  self->standing = stile_verdict_authority_find_standing (signals, self->sighting);
  self->intended = stile_verdict_authority_is_known (self->sighting, self->authority, known);
  if (vendors != NULL)
    self->vendor = stile_vendors_guess (vendors, stile_observation_get_chain (client),
                                        stile_sighting_get_service (self->sighting), client);
}

static char **
copy_reasons (GPtrArray *why)
{
  GPtrArray *reasons = g_ptr_array_copy (why, (GCopyFunc)(void (*) (void))g_strdup, NULL);
  char **list;

  g_ptr_array_add (reasons, NULL);
  list = (char **)g_ptr_array_free (reasons, FALSE);
  return list;
}

/**
 * stile_verdict_judge:
 * @vendors: (nullable): whom a middlebox may be from
 * @known: (nullable): authorities that somebody has said are intended here
 *
 * Returns: (transfer full): what the signals amount to, as far as they go: while probes still run there may be more later
 */
StileVerdict *
stile_verdict_judge (StileSignals *signals, StileVendors *vendors, StileKnownAuthorities *known)
{
  StileVerdict *self = g_object_new (STILE_TYPE_VERDICT, NULL);
  g_auto (StileVerdictPath) path;

  stile_verdict_path_judge (signals, &path);
  self->path = path.path;
  self->confidence = path.confidence;
  self->reasons = copy_reasons (path.why);
  g_set_object (&self->sighting, path.sighting);
  if (stile_verdict_is_intercepted (self))
    judge_authority (self, signals, vendors, known);
  self->findings = stile_finding_rules_apply (signals, self->path);
  self->sentence =
      stile_verdict_words_make_sentence (signals, &path, self->authority_name, self->standing, self->vendor);
  self->confidence_sentence = stile_verdict_words_explain_confidence (signals, &path);

  return self;
}

/**
 * stile_verdict_judge_sighting:
 * @confidence: (out): how sure it is
 * @why: (nullable) (element-type utf8): the reasons are added to it
 *
 * Returns: what lies between on this one connection
 */
StilePathKind
stile_verdict_judge_sighting (StileSignals *signals,
                              StileSighting *sighting,
                              StileConfidence *confidence,
                              GPtrArray *why)
{
  return stile_verdict_sighting_judge (signals, sighting, confidence, why);
}

StilePathKind
stile_verdict_get_path_class (StileVerdict *self)
{
  return self->path;
}

StileConfidence
stile_verdict_get_confidence (StileVerdict *self)
{
  return self->confidence;
}

/**
 * stile_verdict_get_sentence:
 *
 * Returns: (transfer none): what is the case, for people
 */
const char *
stile_verdict_get_sentence (StileVerdict *self)
{
  return self->sentence;
}

/**
 * stile_verdict_get_confidence_sentence:
 *
 * Returns: (transfer none): why that is as sure as it is, for people
 */
const char *
stile_verdict_get_confidence_sentence (StileVerdict *self)
{
  return self->confidence_sentence;
}

/**
 * stile_verdict_get_reasons:
 *
 * Returns: (transfer none) (array zero-terminated=1): codes; stile-verdict-sighting.c and stile-verdict-path.c list them
 */
const char *const *
stile_verdict_get_reasons (StileVerdict *self)
{
  return (const char *const *)self->reasons;
}

/**
 * stile_verdict_get_findings:
 *
 * Returns: (transfer none) (element-type StileFinding): what the way does to what is sent, perhaps nothing
 */
GPtrArray *
stile_verdict_get_findings (StileVerdict *self)
{
  return self->findings;
}

/**
 * stile_verdict_get_sighting:
 *
 * Returns: (transfer none) (nullable): the connection that shows it best
 */
StileSighting *
stile_verdict_get_sighting (StileVerdict *self)
{
  return self->sighting;
}

/**
 * stile_verdict_get_authority:
 *
 * Returns: (transfer none) (nullable): who signs what this computer is shown, when somebody intercepts; %NULL when only its
 *   name came
 */
StileCertificate *
stile_verdict_get_authority (StileVerdict *self)
{
  return self->authority;
}

/**
 * stile_verdict_get_authority_name:
 *
 * Returns: (transfer none) (nullable): its name, when somebody intercepts
 */
const char *
stile_verdict_get_authority_name (StileVerdict *self)
{
  return self->authority_name;
}

/**
 * stile_verdict_get_authority_id:
 *
 * Returns: (transfer none) (nullable): what stile_known_authorities_add() is given when somebody says that it is intended: the
 *   SHA-256 of its certificate, or of its key where only that is known (stile-verdict-authority.c); %NULL when nothing came
 *   that nobody else could show
 */
const char *
stile_verdict_get_authority_id (StileVerdict *self)
{
  return self->authority_id;
}

/**
 * stile_verdict_get_standing:
 *
 * Returns: who vouches for the authority
 */
StileStanding
stile_verdict_get_standing (StileVerdict *self)
{
  return self->standing;
}

/**
 * stile_verdict_is_intended:
 *
 * Returns: whether somebody has said of that authority that it is intended here
 */
gboolean
stile_verdict_is_intended (StileVerdict *self)
{
  return self->intended;
}

/**
 * stile_verdict_is_intercepted:
 *
 * Returns: whether somebody reads who is not the service, on some connection at least
 */
gboolean
stile_verdict_is_intercepted (StileVerdict *self)
{
  return stile_verdict_path_is_intercepted (self->path);
}

/**
 * stile_verdict_get_vendor:
 *
 * Returns: (transfer none) (nullable): whom the box may be from: a guess
 */
const StileVendorGuess *
stile_verdict_get_vendor (StileVerdict *self)
{
  return self->vendor;
}
