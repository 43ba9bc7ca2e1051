using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace Ips.FhirKit;

/// <summary>Says whether a resource is valid by the profiles of PAS 2.2.1 and US Core that it names, as an independent validator reads them; needs no network.</summary>
public static class ProfileJudge
{
    // The code lists of X12 are licensed and in no package, so no code of them can be looked up.
    private static readonly string[] Unknown = ["https://valueset.x12.org/", "https://codesystem.x12.org/", "http://www.cms.gov/", "http://www.ama-assn.org/"];
    private static readonly Lazy<Validator> Judge = new(Make);

    /// <summary>The faults, as "element: text".</summary>
    public static IReadOnlyList<string> Faults(Resource resource)
    {
        OperationOutcome found;
        // The validator makes snapshots of profiles as it needs them, one at a time.
        lock (Judge)
            found = Judge.Value.Validate(resource);
        return
        [
            .. found.Issue.Where(i => i.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal)
                .Select(i => $"{string.Join(' ', i.Expression)}: {i.Details?.Text}").Where(text => !Unknown.Any(text.Contains)),
        ];
    }

    private static Validator Make()
    {
        CachedResolver all = new(new MultiResolver(new Profiles(), ZipSource.CreateValidationSource()));
        SnapshotSource snapshots = new(all);
        return new(snapshots, LocalTerminologyService.CreateDefaultForCore(snapshots));
    }

    /// <summary>The profiles of PAS and US Core, one a line (README.md).</summary>
    private sealed class Profiles : IAsyncResourceResolver, IResourceResolver
    {
        private readonly Dictionary<string, Resource> byAddress = Read();

        public Resource? ResolveByUri(string uri) => byAddress.GetValueOrDefault(uri);

        public Resource? ResolveByCanonicalUri(string uri) => byAddress.GetValueOrDefault(uri.Split('|')[0]);

        public Task<Resource?> ResolveByUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(ResolveByUri(uri));

        public Task<Resource?> ResolveByCanonicalUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(ResolveByCanonicalUri(uri));

        private static Dictionary<string, Resource> Read()
        {
            FhirJsonDeserializer reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));
            Dictionary<string, Resource> profiles = new(StringComparer.Ordinal);
            using StreamReader rows = new(typeof(ProfileJudge).Assembly.GetManifestResourceStream("profiles.ndjson")!);
            while (rows.ReadLine() is { } row)
            {
                reader.TryDeserializeResource(row, out var profile, out _);
                profiles.Add(((IConformanceResource)profile!).Url!, profile!);
            }

            return profiles;
        }
    }
}
