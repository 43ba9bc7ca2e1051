using System.Collections;
using Hl7.Fhir.Model;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Type">The kind of fault.</param>
/// <param name="Expression">The element, as a FHIRPath; empty where the fault is not in an element.</param>
/// <param name="Text">What was found and what was expected. Nothing about a person, and no value of an element that may be about one.</param>
internal sealed record FhirIssue(IssueType Type, string Expression, string Text);

/// <summary>
/// What PAS requires of a Bundle as a whole, the same for requests and answers (spec-11 to spec-22, spec-30 to spec-33): the first entry, one address per resource
/// that agrees with its id, each resource once, no reference that leads nowhere, and no document that nothing names. All faults are found at once.
/// </summary>
public sealed class PasBundle
{
    private readonly Bundle bundle;
    private readonly Dictionary<string, Resource> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Resource> byName = new(StringComparer.Ordinal);
    private readonly HashSet<Resource> named = new(ReferenceEqualityComparer.Instance);
    private readonly List<FhirIssue> issues = [];

    private PasBundle(Bundle bundle) => this.bundle = bundle;

    /// <summary>The faults as "element: text", for a check of an answer.</summary>
    public static IReadOnlyList<string> FaultsOf(Bundle bundle, string first) =>
        [.. Check(bundle, first).Issues.Select(issue => $"{issue.Expression}: {issue.Text}")];

    /// <summary>Resources of an answer that have the address of one in the request and are another one (spec-33).</summary>
    public static IReadOnlyList<string> DifferencesOf(Bundle answer, Bundle request)
    {
        var sent = request.Entry.Where(e => e.FullUrl is not null && e.Resource is not null).DistinctBy(e => e.FullUrl)
            .ToDictionary(e => e.FullUrl!, e => e.Resource!, StringComparer.Ordinal);
        return
        [
            .. from entry in answer.Entry.Index()
               where entry.Item.FullUrl is { } address && entry.Item.Resource is { } echoed && sent.TryGetValue(address, out var original)
                   && !Identifiers(echoed).SequenceEqual(Identifiers(original))
               select $"Bundle.entry[{entry.Index}].resource: has the fullUrl of the request's {entry.Item.Resource!.TypeName} and other identifiers",
        ];
    }

    private static IEnumerable<string> Identifiers(Resource resource) => resource is IIdentifiable<List<Identifier>> { Identifier: { } all }
        ? all.Select(i => $"{i.System}|{i.Value}") : [];

    /// <summary>The faults.</summary>
    internal IReadOnlyList<FhirIssue> Issues => issues;

    /// <summary>Checks a Bundle.</summary>
    /// <param name="bundle">The Bundle.</param>
    /// <param name="first">The type of its first entry: Claim or ClaimResponse.</param>
    internal static PasBundle Check(Bundle bundle, string first)
    {
        PasBundle check = new(bundle);
        check.Frame(first);
        check.Addresses();
        check.Claims(first);
        check.Versions();
        check.References();
        check.Support();
        return check;
    }

    /// <summary>The resource that a reference leads to; null when it leads nowhere.</summary>
    internal TResource? Find<TResource>(ResourceReference? reference) where TResource : Resource =>
        reference?.Reference is { } name ? Find(name, "") as TResource : null;

    /// <summary>Where the resource is in the Bundle, such as <c>Bundle.entry[2].resource</c>.</summary>
    internal string PathOf(Resource resource) => $"Bundle.entry[{bundle.Entry.FindIndex(e => ReferenceEquals(e.Resource, resource))}].resource";

    /// <summary>The address under which the resource stands in the Bundle.</summary>
    internal string AddressOf(Resource resource) => bundle.Entry.Find(e => ReferenceEquals(e.Resource, resource))!.FullUrl!;

    private void Frame(string first)
    {
        if (bundle.Type != Bundle.BundleType.Collection)
            Add(IssueType.Value, "Bundle.type", $"is {(bundle.Type is { } type ? type.ToString().ToLowerInvariant() : "missing")}; send collection");
        if (bundle.Identifier is not { System.Length: > 0, Value.Length: > 0 })
            Add(IssueType.Required, "Bundle.identifier", "has no system or no value; send both, new for every new Bundle");
        if (bundle.Entry.Count == 0)
            Add(IssueType.Required, "Bundle.entry", $"is empty; the first entry is the {first}");
        else if (bundle.Entry[0].Resource is var resource && resource?.TypeName != first)
            Add(IssueType.Structure, "Bundle.entry[0].resource", $"is {resource?.TypeName ?? "missing"}; the first entry is the {first}");
    }

    private void Addresses()
    {
        foreach (var (i, entry) in bundle.Entry.Index())
        {
            var path = $"Bundle.entry[{i}]";
            if (entry.Resource is not { } resource)
            {
                if (i > 0)
                    Add(IssueType.Required, path + ".resource", "is missing");
                continue;
            }

            if (entry.FullUrl is not { Length: > 0 } address)
                Add(IssueType.Required, path + ".fullUrl", "is missing; send the address of the resource or a urn:uuid");
            else if (!byAddress.TryAdd(address, resource))
                Add(IssueType.Duplicate, path + ".fullUrl", "is that of an earlier entry; each resource stands once");
            else if (IsUuid(address) is false)
                Add(IssueType.Value, path + ".fullUrl", "is no urn:uuid of a UUID");
            else if (IsUuid(address) is null && !address.StartsWith("http://", StringComparison.Ordinal) && !address.StartsWith("https://", StringComparison.Ordinal))
                Add(IssueType.Value, path + ".fullUrl", "is no http(s) address and no urn:uuid");
            else if (IsUuid(address) is null && !address.EndsWith($"/{resource.TypeName}/{resource.Id}", StringComparison.Ordinal))
                Add(IssueType.Value, path + ".fullUrl", $"does not end with the type and the id of its resource; fullUrl and {path}.resource.id disagree");
            if (resource.Id is { Length: > 0 } id && !byName.TryAdd($"{resource.TypeName}/{id}", resource))
                Add(IssueType.Duplicate, path + ".resource.id", $"is that of an earlier {resource.TypeName}; each resource stands once");
        }
    }

    // An update carries the Claim that it changes, and no other one.
    private void Claims(string first)
    {
        var prior = bundle.Entry.Count > 0 && bundle.Entry[0].Resource is Claim claim ? claim.Related.Select(r => Find<Claim>(r.Claim)).ToList() : [];
        foreach (var (i, entry) in bundle.Entry.Index().Skip(1))
        {
            if (entry.Resource?.TypeName == first && !prior.Exists(p => ReferenceEquals(p, entry.Resource)))
                Add(IssueType.Structure, $"Bundle.entry[{i}].resource", $"is a second {first}; send one, and beside it only the Claim that it updates");
        }
    }

    private void Versions()
    {
        Version("Bundle", bundle);
        foreach (var (i, entry) in bundle.Entry.Index())
        {
            if (entry.Resource is { } resource)
                Version($"Bundle.entry[{i}].resource", resource);
        }
    }

    private void Version(string path, Resource resource)
    {
        foreach (var (i, profile) in (resource.Meta?.Profile ?? []).Index())
        {
            if (profile?.StartsWith(PasCodes.Profiles, StringComparison.Ordinal) != true)
                continue;
            if (profile.Split('|') is [_, var version] && version != PasCodes.Version)
                Add(IssueType.NotSupported, $"{path}.meta.profile[{i}]", $"is a version of the profile that this endpoint does not have; send {PasCodes.Version}");
        }
    }

    private void References()
    {
        foreach (var (i, entry) in bundle.Entry.Index())
        {
            if (entry.Resource is { } resource)
                Walk(resource, resource, entry.FullUrl ?? "", $"Bundle.entry[{i}].resource");
        }
    }

    // A document that the Claim does not name would be read by no one (spec-20).
    private void Support()
    {
        foreach (var (i, entry) in bundle.Entry.Index())
        {
            if (entry.Resource is DocumentReference or QuestionnaireResponse && !named.Contains(entry.Resource))
                Add(IssueType.Structure, $"Bundle.entry[{i}].resource", "is named by nothing in the Bundle; name it in Claim.supportingInfo.valueReference");
        }
    }

    private void Walk(Resource root, Base element, string from, string path)
    {
        foreach (var (name, value) in element.EnumerateElements())
        {
            if (value is Base one)
                Visit(root, one, from, path, name, null);
            else if (value is IEnumerable many and not string)
            {
                var i = 0;
                foreach (var item in many)
                {
                    if (item is Base each)
                        Visit(root, each, from, path, name, i);
                    i++;
                }
            }
        }
    }

    private void Visit(Resource root, Base element, string from, string path, string name, int? number)
    {
        if (element is PrimitiveType { HasElements: false } or Meta or Narrative or Coding or Identifier { Assigner: null })
            return;
        // Between an answer and the Claim that it answers the address is enough; and a prior update's own Claim stays away (spec-66).
        if (root is ClaimResponse && name == "request" && path.EndsWith(".resource", StringComparison.Ordinal))
            return;
        if (root is Claim && !ReferenceEquals(root, bundle.Entry[0].Resource) && name == "related")
            return;
        var at = $"{path}.{name.Replace("[x]", "", StringComparison.Ordinal)}{(number is { } i ? $"[{i}]" : "")}";
        if (element is ResourceReference { Reference: { Length: > 0 } reference } && !Leads(root, reference, from))
            Add(IssueType.NotFound, at + ".reference", "leads to no entry of the Bundle; send every resource that is referenced");
        if (element is Timing timing && !HasTimes(timing))
            Add(IssueType.Required, at, "has neither a count, nor frequency, period and unit, nor a pattern of PAS; send one of them");
        Walk(root, element, from, at);
    }

    private bool Leads(Resource root, string reference, string from)
    {
        if (reference[0] == '#')
            return reference.Length == 1 || (root is DomainResource domain && domain.Contained.Exists(c => c.Id == reference[1..]));
        if (Find(reference, from) is not { } found)
            return false;
        named.Add(found);
        return true;
    }

    // prof-1.
    private static bool HasTimes(Timing timing) => timing.Repeat is { Count: not null } or { Frequency: not null, Period: not null, PeriodUnit: not null }
        || timing.Extension.Exists(e => e.Url == PasCodes.Extension("timingcalendarpattern") || e.Url == PasCodes.Extension("timingdeliverypattern"));

    private Resource? Find(string reference, string from)
    {
        if (byAddress.TryGetValue(reference, out var found))
            return found;
        // A name such as Patient/1 is resolved against the address of the entry, and where that is a urn:uuid, among all entries.
        var parts = from.Split('/');
        return parts.Length > 2 && byAddress.TryGetValue(string.Join('/', parts[..^2]) + "/" + reference, out found) ? found : byName.GetValueOrDefault(reference);
    }

    // Null for an address of another form.
    private static bool? IsUuid(string address) => address.StartsWith("urn:uuid:", StringComparison.Ordinal)
        ? Guid.TryParseExact(address["urn:uuid:".Length..], "D", out _) : null;

    private void Add(IssueType type, string path, string text) => issues.Add(new(type, path, text));
}
