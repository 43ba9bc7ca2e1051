using Ips.Contracts.Staffing.V1;

namespace Ips.SandboxCohort;

/// <summary>A program as the cohort plays it.</summary>
/// <param name="Id">The program.</param>
/// <param name="UsState">Its state.</param>
/// <param name="StateAgency">Who reads its numbers and reviews its teams.</param>
/// <param name="VrAgency">The state's vocational rehabilitation.</param>
/// <param name="Payer">Who authorizes and pays.</param>
/// <param name="Companion">The payer's profile of claims.</param>
/// <param name="Provider">The agency that delivers.</param>
/// <param name="ProviderName">Its name.</param>
/// <param name="City">Where its people live.</param>
/// <param name="Zip">The ZIP code there.</param>
/// <param name="Share">Its people of twenty.</param>
internal sealed record ProgramCast(
    string Id, string UsState, string StateAgency, string VrAgency, string Payer, string Companion, string Provider, string ProviderName, string City, string Zip,
    int Share)
{
    /// <summary>The five programs. Where a sandbox's person can sign in, it is that person's organization.</summary>
    public static IReadOnlyList<ProgramCast> All { get; } =
    [
        new("nc-core", "NC", "nc-dhhs", "nc-dvrs", "alliance", "alliance-nc", "harbor-works", "Harbor Works (sandbox)", "Durham", "277010001", 10),
        new("nc-state", "NC", "nc-dhhs", "nc-dvrs", "alliance", "alliance-nc", "second-chance", "Second Chance (sandbox)", "Raleigh", "276010001", 3),
        new("la-acla", "LA", "la-ldh", "la-lrs", "acla", "louisiana-plan", "bayou-works", "Bayou Works (sandbox)", "Lafayette", "705010001", 2),
        new("la-lhcc", "LA", "la-ldh", "la-lrs", "lhcc", "louisiana-plan", "crescent-careers", "Crescent Careers (sandbox)", "Metairie", "700010001", 3),
        new("mo-dmh-vr", "MO", "mo-dmh", "mo-vr", "mo-dmh", "missouri-dmh", "gateway-jobs", "Gateway Jobs (sandbox)", "Columbia", "652010001", 2),
    ];
}

/// <summary>The organizations and the contracts between them.</summary>
internal static class Network
{
    private static readonly IReadOnlyDictionary<string, (string Name, OrganizationKind Kind)> Others = new Dictionary<string, (string, OrganizationKind)>
    {
        ["nc-dhhs"] = ("NC DHHS (sandbox)", OrganizationKind.StateAgency),
        ["la-ldh"] = ("Louisiana Department of Health (sandbox)", OrganizationKind.StateAgency),
        ["mo-dmh"] = ("Missouri DMH (sandbox)", OrganizationKind.StateAgency),
        ["nc-dvrs"] = ("NC DVRS (sandbox)", OrganizationKind.VrAgency),
        ["la-lrs"] = ("Louisiana Rehabilitation Services (sandbox)", OrganizationKind.VrAgency),
        ["mo-vr"] = ("Missouri VR (sandbox)", OrganizationKind.VrAgency),
        ["alliance"] = ("Alliance Health (sandbox)", OrganizationKind.Payer),
        ["acla"] = ("AmeriHealth Caritas Louisiana (sandbox)", OrganizationKind.Payer),
        ["lhcc"] = ("Louisiana Healthcare Connections (sandbox)", OrganizationKind.Payer),
    };

    /// <summary>Introduces everyone.</summary>
    public static async Task Open(Desk operations, DateOnly first)
    {
        foreach (var (code, (name, kind)) in Others)
            await Introduce(code, name, kind, Programs(program => program.StateAgency == code || program.VrAgency == code || program.Payer == code));
        foreach (var program in ProgramCast.All)
        {
            await Introduce(program.Provider, program.ProviderName, OrganizationKind.Provider, [program]);
            await operations.Contracts.CreateContractAsync(new()
            {
                Contract = new()
                {
                    Payer = $"organizations/{program.Payer}",
                    Provider = $"organizations/{program.Provider}",
                    Program = program.Id,
                    From = first.AddDays(-400).Text(),
                },
            });
        }

        async Task Introduce(string code, string name, OrganizationKind kind, IReadOnlyList<ProgramCast> programs) =>
            await operations.Organizations.CreateOrganizationAsync(new()
            {
                OrganizationId = code,
                Organization = new() { DisplayName = name, Kind = kind, Programs = { programs.Select(program => program.Id) }, UsState = programs[0].UsState },
            });
    }

    private static List<ProgramCast> Programs(Func<ProgramCast, bool> which) => [.. ProgramCast.All.Where(which)];
}
