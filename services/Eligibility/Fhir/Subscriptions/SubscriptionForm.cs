using System.Buffers;
using Hl7.Fhir.Model;
using Code = Hl7.Fhir.Model.Code;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir.Subscriptions;

/// <summary>
/// What a Subscription says, and how it is shown. It is read by the profile of PAS 2.2.1 (spec-54 to spec-62). One that names the profile of the backport and not that
/// of PAS is read as PAS 2.0.1 has it, where a client may ask for ids only.
/// </summary>
internal sealed class SubscriptionForm
{
    /// <summary>The topic of PAS: the answer to a prior authorization changed.</summary>
    public const string Topic = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic";

    /// <summary>What the extensions of the backport begin with.</summary>
    public const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    private const string FilterUrl = Backport + "backport-filter-criteria";
    private const string PayloadUrl = Backport + "backport-payload-content";
    private const string FilterName = "org-identifier=";
    private const string WholeAnswers = "full-resource";
    private const string Ids = "id-only";
    private const string PlainProfile = Backport + "backport-subscription";
    private const string PasProfile = PasCodes.Profiles + "profile-subscription";
    private const int MostHeaders = 10;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // The text of PAS has the first spelling, its topic and its example the second; clients of PAS 2.0.1 send the third.
    private static readonly string[] FilterNames = [FilterName, "orgIdentifier="];
    private static readonly string[] PlainFilterNames = [.. FilterNames, "identifier="];

    private SubscriptionForm(string orgIdentifier, string endpoint, string mediaType, bool idsOnly, string headers, string reason, DateTimeOffset? end) =>
        (OrgIdentifier, Endpoint, MediaType, IdsOnly, Headers, Reason, End) = (orgIdentifier, endpoint, mediaType, idsOnly, headers, reason, end);

    /// <summary>The value of the filter, with its system where one was sent.</summary>
    public string OrgIdentifier { get; }

    /// <summary>Where notifications go.</summary>
    public string Endpoint { get; }

    /// <summary>The media type of notifications.</summary>
    public string MediaType { get; }

    /// <summary>Whether notifications bring the address of the answer and not the answer.</summary>
    public bool IdsOnly { get; }

    /// <summary>Headers with a line break between them; empty for none.</summary>
    public string Headers { get; }

    /// <summary>Why, in the agency's words.</summary>
    public string Reason { get; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? End { get; }

    /// <summary>Reads a Subscription; every fault is named with its element.</summary>
    public static (SubscriptionForm? Form, FhirFault? Fault) Read(Subscription sent, DateTimeOffset now)
    {
        List<FhirIssue> issues = [];
        void Wrong(string element, string text, IssueType type = IssueType.Value) => issues.Add(new(type, "Subscription." + element, text));
        var profiles = sent.Meta?.Profile.ToList() ?? [];
        var isPlain = profiles.Contains(PlainProfile) && !profiles.Exists(p => p?.Split('|')[0] == PasProfile);
        if (sent.Criteria != Topic)
            Wrong("criteria", $"is not the topic that this server has; send {Topic}");
        var filters = sent.CriteriaElement?.GetExtensions(FilterUrl).Select(e => (e.Value as FhirString)?.Value ?? "").ToList() ?? [];
        var name = (isPlain ? PlainFilterNames : FilterNames).FirstOrDefault(n => filters is [var filter] && filter.StartsWith(n, StringComparison.Ordinal));
        var organization = name is null ? "" : filters[0][name.Length..];
        if (organization.Length is 0 or > 200)
            Wrong("criteria.extension[0]", $"is not the one filter that this topic has; send {FilterName} and the identifier of your organization");
        if (sent.Channel?.Type != Subscription.SubscriptionChannelType.RestHook)
            Wrong("channel.type", "is not rest-hook; send rest-hook, the only channel here");
        var content = (sent.Channel?.PayloadElement?.GetExtensions(PayloadUrl).SingleOrDefault()?.Value as Code)?.Value;
        // An inquiry shows less than a notification, so PAS 2.2.1 has whole answers only (spec-62).
        if (content != WholeAnswers && !(isPlain && content == Ids))
            Wrong("channel.payload.extension[0]", $"is not {WholeAnswers}; send {WholeAnswers}, or {Ids} with {PlainProfile} as the only profile in meta");
        if (sent.Channel?.Payload is not ("application/fhir+json" or "application/json"))
            Wrong("channel.payload", "is not a media type of notifications here; send application/fhir+json");
        if (sent.Channel?.Endpoint is not { Length: > 0 })
            Wrong("channel.endpoint", "is missing; send an https address", IssueType.Required);
        var headers = sent.Channel?.Header.ToList() ?? [];
        if (headers.Count > MostHeaders)
            Wrong("channel.header", $"has {headers.Count} headers; send {MostHeaders} at most");
        foreach (var (i, header) in headers.Index())
        {
            if (!IsHeader(header ?? ""))
                Wrong($"channel.header[{i}]", "is not a header that you may set; send a name, a colon and a value, not one of the connection or the content");
        }

        if (sent.End <= now)
            Wrong("end", "is past; send a later instant, or none");
        if (sent.Reason is { Length: > 500 })
            Wrong("reason", $"has {sent.Reason.Length} characters; send 500 at most");
        return issues.Count > 0 ? (null, new(StatusCodes.Status422UnprocessableEntity, issues))
            : (new(organization, sent.Channel!.Endpoint!, sent.Channel.Payload!, content == Ids, string.Join('\n', headers), sent.Reason ?? "", sent.End), null);
    }

    /// <summary>Whether a stored subscription is the one that this form describes.</summary>
    public bool Describes(FhirSubscription stored, PersonalDataProtector protector) => stored.OrgIdentifier == OrgIdentifier && stored.Endpoint == Endpoint
        && stored.MediaType == MediaType && stored.IdsOnly == IdsOnly && stored.EndsAt == End && Text(stored.Headers, protector) == Headers && Text(stored.Reason, protector) == Reason;

    /// <summary>Gives a stored subscription what the form says.</summary>
    public void Apply(FhirSubscription stored, PersonalDataProtector protector)
    {
        (stored.OrgIdentifier, stored.Endpoint, stored.MediaType, stored.IdsOnly, stored.EndsAt) = (OrgIdentifier, Endpoint, MediaType, IdsOnly, End);
        (stored.Headers, stored.Reason) = (Bytes(Headers, protector), Bytes(Reason, protector));
    }

    /// <summary>The resource, as its agency sees it.</summary>
    public static Subscription Show(FhirSubscription stored, PersonalDataProtector protector) => new()
    {
        Id = stored.Id.ToString(),
        Meta = new()
        {
            VersionId = stored.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Profile = stored.IdsOnly ? [PlainProfile] : [PasProfile, PlainProfile],
        },
        Status = stored.State,
        Error = stored.Error.Length == 0 ? null : stored.Error,
        Reason = Text(stored.Reason, protector) is { Length: > 0 } reason ? reason : "Prior authorization",
        End = stored.EndsAt,
        CriteriaElement = new(Topic) { Extension = [new(FilterUrl, new FhirString(FilterName + stored.OrgIdentifier))] },
        Channel = new()
        {
            Type = Subscription.SubscriptionChannelType.RestHook,
            Endpoint = stored.Endpoint,
            PayloadElement = new(stored.MediaType) { Extension = [new(PayloadUrl, new Code(stored.IdsOnly ? Ids : WholeAnswers))] },
            Header = Text(stored.Headers, protector) is { Length: > 0 } headers ? headers.Split('\n') : [],
        },
    };

    /// <summary>The status of a subscription, as <c>$status</c> and every notification have it.</summary>
    /// <param name="stored">The subscription.</param>
    /// <param name="type">handshake, event-notification or query-status.</param>
    /// <param name="id">The id of the resource.</param>
    /// <param name="events">How many notifications there were, the present one included.</param>
    public static Parameters Status(FhirSubscription stored, string type, Guid id, long events)
    {
        Parameters status = new()
        {
            Id = id.ToString(),
            Meta = new() { Profile = [Backport + "backport-subscription-status-r4"] },
            Parameter =
            [
                new() { Name = "subscription", Value = new ResourceReference($"{stored.Server}/Subscription/{stored.Id}") },
                new() { Name = "topic", Value = new Canonical(Topic) },
                new() { Name = "status", Value = new Code(Hl7.Fhir.Utility.EnumUtility.GetLiteral(stored.State)) },
                new() { Name = "type", Value = new Code(type) },
                new() { Name = "events-since-subscription-start", Value = new FhirString(events.ToString(System.Globalization.CultureInfo.InvariantCulture)) },
            ],
        };
        if (stored.Error.Length > 0)
            status.Parameter.Add(new() { Name = "error", Value = new CodeableConcept { Text = stored.Error } });
        return status;
    }

    /// <summary>Decrypts a text; empty when there is none.</summary>
    public static string Text(byte[]? stored, PersonalDataProtector protector) => stored is null ? "" : protector.Unprotect(stored);

    private static byte[]? Bytes(string text, PersonalDataProtector protector) => text.Length == 0 ? null : protector.Protect(text);

    // A name of RFC 9110, a colon and a value of printable ASCII; not a header of the connection or the content.
    private static bool IsHeader(string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        if (colon is < 1 or > 100 || header.Length is > 1100 || header.AsSpan(0, colon).ContainsAnyExcept(NameLetters)
            || header.AsSpan(colon + 1).Trim(' ').IsEmpty || header.AsSpan(colon + 1).ContainsAnyExceptInRange(' ', '~'))
            return false;
        var name = header[..colon].ToUpperInvariant();
        return !name.StartsWith("CONTENT-", StringComparison.Ordinal) && !name.StartsWith("PROXY-", StringComparison.Ordinal)
            && name is not ("HOST" or "CONNECTION" or "TRANSFER-ENCODING" or "UPGRADE" or "TE" or "TRAILER" or "EXPECT" or "USER-AGENT");
    }
}
