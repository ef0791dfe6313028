/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy-self.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"

/* What people can do by themselves, but for installing an authority. */

/* --- what one should know first --- */

static void
warn_of_nobody (StileRemedyCase *self, const char *name, const char *fingerprint)
{
  char *text =
      stile_remedy_case_is_denied (self)
          ? g_strdup_printf (
                _ ("Nobody vouches for “%s”: not this computer, and not the service, which was asked. "
                   "Whoever has "
                   "it can read and change what you send. Do not install it, and do not accept it in any "
                   "program. Tell your administrator, with this fingerprint. %s"),
                name, fingerprint)
          : g_strdup_printf (
                _ ("Nobody on this computer vouches for “%s”. Do not accept it in any program, and do not "
                   "click "
                   "a warning away. If it is your company’s inspection, its administrator can tell its "
                   "fingerprint. %s"),
                name, fingerprint);

  stile_remedy_case_add (self, "do-not-accept", "you", _ ("Do not accept this certificate"), text, NULL);
}

static void
explain_trusted (StileRemedyCase *self, const char *name, const char *fingerprint)
{
  g_autofree char *host = stile_verdict_words_shorten (self->signals->host);
  char *text = stile_verdict_is_intended (self->verdict)
                   ? g_strdup_printf (_ ("You have said that “%s” is intended here. %s"), name, fingerprint)
                   : g_strdup_printf (_ ("Nothing is broken. Whoever owns “%s” can read what you send to %s "
                                         "outside an ATLS session. "
                                         "%s"),
                                      name, host, fingerprint);

  stile_remedy_case_add (self, "know-the-authority", "you", _ ("Know who reads"), text, NULL);
}

/* The domain's, and not in this computer's store. */
static void
explain_domain (StileRemedyCase *self, const char *name, const char *fingerprint)
{
  g_autofree char *host = stile_verdict_words_shorten (self->signals->host);

  stile_remedy_case_add (
      self, "know-the-authority", "you", _ ("Know who reads"),
      g_strdup_printf (
          _ ("The service knows “%s” as one of the domain’s. Programs on this computer refuse it until it is "
             "installed. Whoever owns it can then read what they send to %s outside an ATLS session. %s"),
          name, host, fingerprint),
      NULL);
}

static void
add_authority (StileRemedyCase *self)
{
  g_autofree char *name = stile_remedy_case_name_authority (self);
  g_autofree char *fingerprint = stile_remedy_case_show_fingerprint (self);

  if (!stile_verdict_is_intercepted (self->verdict))
    return;
  if (stile_verdict_get_standing (self->verdict) == STILE_STANDING_NOBODY)
    warn_of_nobody (self, name, fingerprint);
  else if (stile_verdict_get_standing (self->verdict) == STILE_STANDING_DOMAIN &&
           stile_sighting_get_system_trust (stile_verdict_get_sighting (self->verdict)) != STILE_YES &&
           !stile_verdict_is_intended (self->verdict))
    explain_domain (self, name, fingerprint);
  else
    explain_trusted (self, name, fingerprint);
}

static void
add_vendor (StileRemedyCase *self)
{
  const StileVendorGuess *vendor = stile_verdict_get_vendor (self->verdict);
  g_autofree char *host = stile_verdict_words_shorten (self->signals->host);

  if (vendor == NULL)
    return;
  if (vendor->compromised)
    stile_remedy_case_add (
        self, "remove-authority", "you", _ ("Remove this CA at once"),
        g_strdup_printf (
            _ ("It looks like %s, whose private key everybody can have: anybody can then pretend to be any "
               "site to this computer. Remove it from the system’s store and from every browser, and the "
               "program that brought it."),
            vendor->name),
        NULL);
  else if (strstr (vendor->category, "antivirus") != NULL)
    stile_remedy_case_add (self, "switch-off-scanning", "you",
                           _ ("Take the service out of the virus scanner’s inspection"),
                           g_strdup_printf (_ ("If it is %s, as the name suggests, that runs on this "
                                               "computer: take %s out of its scanning of "
                                               "encrypted connections."),
                                            vendor->name, host),
                           NULL);
}

static const char *
get_sign_in_page (StileSignals *signals)
{
  g_autofree char *scheme = signals->portal_url != NULL ? g_uri_parse_scheme (signals->portal_url) : NULL;

  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return NULL;

  return signals->portal_url;
}

static void
add_portal (StileRemedyCase *self)
{
  const char *page = get_sign_in_page (self->signals);

  if (stile_remedy_case_find (self, "captive-portal") == NULL)
    return;

  stile_remedy_case_add (
      self, "sign-in", "you", _ ("Sign in to the network"),
      g_strdup (page != NULL
                    ? _ ("The network wants you to sign in. Open its page in a browser, sign in, and run the "
                         "diagnosis again.")
                    : _ ("The network wants you to sign in. Open any http:// address in a browser, sign in, "
                         "and run "
                         "the diagnosis again.")),
      page != NULL ? stile_verdict_words_shorten (page) : NULL);
}

/* --- nobody is reached --- */

static void
add_clock (StileRemedyCase *self)
{
  if (stile_verdict_get_path_class (self->verdict) == STILE_PATH_WRONG_CLOCK)
    stile_remedy_case_add (
        self, "set-clock", "you", _ ("Set the clock"),
        g_strdup (
            _ ("With a wrong clock certificates seem to have run out, or not to hold yet. Set it, best by "
               "the network, "
               "and run the diagnosis again. If it is right, the service’s is wrong: tell its operator.")),
        g_strdup ("sudo timedatectl set-ntp true"));
}

static void
add_credentials (StileRemedyCase *self)
{
  if (stile_verdict_get_path_class (self->verdict) == STILE_PATH_PROXY_REFUSED &&
      self->signals->proxy_status == 407)
    stile_remedy_case_add (
        self, "give-credentials", "you", _ ("Tell the proxy who you are"),
        g_strdup (_ ("The proxy lets nobody through without a name and a password. Put them into the network "
                     "settings of the "
                     "desktop, or before the proxy’s address: http://NAME:PASSWORD@HOST:PORT.")),
        NULL);
}

static void
add_reach (StileRemedyCase *self)
{
  g_autofree char *host = g_shell_quote (self->signals->host);

  if (stile_verdict_get_path_class (self->verdict) != STILE_PATH_UNREACHABLE)
    return;

  stile_remedy_case_add (
      self, "look-at-network", "you", _ ("Look at the address, the network and the proxy"),
      g_strdup (self->signals->reach == STILE_REACH_NO_PROXY
                    ? _ ("The proxy in the settings does not answer: it may be for another network. Correct "
                         "it, or try "
                         "without one.")
                    : _ ("Is the address right? Is this computer on the network, and does that network need "
                         "a proxy?")),
      self->signals->reach == STILE_REACH_NO_NAME ? g_strdup_printf ("getent hosts %s", host) : NULL);
}

/**
 * stile_remedy_self_add_first:
 *
 * What one should know before anything else.
 */
void
stile_remedy_self_add_first (StileRemedyCase *self)
{
  add_portal (self);
  add_clock (self);
  add_credentials (self);
  add_reach (self);
  add_authority (self);
  add_vendor (self);
}

/* --- ways around --- */

/* What the way does to programs that know nothing of ATLS. */
static gboolean
is_bothered (StileRemedyCase *self)
{
  return stile_verdict_is_intercepted (self->verdict) ||
         stile_verdict_get_path_class (self->verdict) == STILE_PATH_UNLISTED_PUBLIC;
}

static void
add_carriage (StileRemedyCase *self)
{
  g_autofree char *url = g_shell_quote (self->signals->url);

  if (!stile_remedy_case_is_up (self) || !is_bothered (self))
    return;

  stile_remedy_case_add (self, "carry-through-atls", "you", _ ("Let programs reach the service through ATLS"),
                         g_strdup (_ ("An ATLS session passes here unread. This makes a proxy on this "
                                      "computer that carries what any program asks of "
                                      "the service through one, and prints what to set for it. Give it the "
                                      "options --ca, --cert and --key that the diagnosis had.")),
                         g_strdup_printf ("stilectl proxy %s", url));
}

/* No credentials: they would stand in the history of the shell, and in the report. */
static void
add_variables (StileRemedyCase *self)
{
  g_autofree char *proxy = self->signals->proxy != NULL ? g_shell_quote (self->signals->proxy) : NULL;

  if (proxy == NULL || g_strcmp0 (self->signals->proxy_source, "environment") == 0 ||
      stile_verdict_get_path_class (self->verdict) == STILE_PATH_PROXY_REFUSED ||
      stile_verdict_get_path_class (self->verdict) == STILE_PATH_UNREACHABLE)
    return;

  stile_remedy_case_add (
      self, "use-proxy-variables", "you", _ ("Tell command-line programs of the proxy"),
      g_strdup (
          _ ("Programs in a terminal often do not know the desktop’s proxy. Most read these variables.")),
      g_strdup_printf ("export https_proxy=%s http_proxy=%s no_proxy=localhost,127.0.0.1\n"
                       "export HTTPS_PROXY=\"$https_proxy\" NO_PROXY=\"$no_proxy\"",
                       proxy, proxy));
}

/* A flight with certificates has some KB; a shorter record does not make it shorter. */
#define SHORT_FLIGHT 16384

static void
add_size (StileRemedyCase *self)
{
  StileFinding *finding = stile_remedy_case_find (self, "request-size-limited");
  guint64 passes = G_MAXUINT64;

  if (finding == NULL || !g_variant_lookup (stile_finding_get_evidence (finding), "passes", "t", &passes) ||
      passes >= SHORT_FLIGHT)
    return;

  stile_remedy_case_add (
      self, "shorten-certificates", "you", _ ("Use short certificates"),
      g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE,
                       "No more than %zu byte passes at once. A client’s flight is as long as its "
                       "certificates: an ECDSA key and a short chain may pass where RSA does not.",
                       "No more than %zu bytes pass at once. A client’s flight is as long as its "
                       "certificates: an ECDSA key and a short chain may pass where RSA does not.",
                       (gsize)passes),
          (gsize)passes),
      NULL);
}

/**
 * stile_remedy_self_add_last:
 *
 * Ways around what is in the way.
 */
void
stile_remedy_self_add_last (StileRemedyCase *self)
{
  add_carriage (self);
  add_variables (self);
  add_size (self);
}
