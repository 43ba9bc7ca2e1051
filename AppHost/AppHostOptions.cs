using System.Globalization;
using Ips.SandboxCohort;

namespace Ips.AppHost;

/// <summary>A sandbox token to mint.</summary>
internal sealed record TokenRequest(string Role, string Organization, string Subject, int Hours);

/// <summary>A command on the databases: what to do, the directory of a backup, the one service to restore, and a time.</summary>
internal sealed record MaintenanceRequest(string Verb, string? Directory, string? Only, string? Since);

/// <summary>A partner that gets a queue: its role and organization, and the day from which it gets events.</summary>
internal sealed record PartnerRequest(string Role, string Organization, string? FromDay);

/// <summary>The options of the command line.</summary>
internal sealed record AppHostOptions
{
    public const string Usage = """
        dotnet run --project AppHost [-- OPTIONS]           start the platform and stay
        dotnet run --project AppHost -- token --role ROLE --org ORGANIZATION [--subject WHO] [--hours N]
                                                            print a sandbox token; roles: mco, provider, dvrs, state, ops
        dotnet run --project AppHost -- backup [DIRECTORY]
                                                            dump all databases, and the keys of people's data, while the platform runs or not
        dotnet run --project AppHost -- restore DIRECTORY [--only SERVICE]
                                                            put them back, while the platform does not run
        dotnet run --project AppHost -- reconcile           list what services know that a restored one lost; 1 when there is any
        dotnet run --project AppHost -- confirm-clock|begin-epoch|verify-audit
        dotnet run --project AppHost -- return-swept|resend-events --since TIME
                                                            the command of that name of every service (docs/operate.md)
        dotnet run --project AppHost -- add-partner --role ROLE --org ORGANIZATION [--from-day DAY]
                                                            while the platform runs: a queue with the organization's events, and a user that reads it
        dotnet run --project AppHost -- --publisher manifest --output-path FILE
                                                            write the deployment manifest; it holds no secret

          --data DIR          keep databases, keys and logs there; default .data in the repository
          --no-sandbox        start without the sandbox case
          --cohort N          into a new data directory: N people, 10 or more, who live through a year and a half in the five programs
          --cohort-days N     so many days instead, 90 or more
          --containers        run PostgreSQL and RabbitMQ in containers
          --Ports:SERVICE:http N, --Ports:SERVICE:grpc N    fix a port; default free ones
          --ConnectionStrings:NAME VALUE                    use that server: bus, eligibility-db, staffing-db, ...
        """;

    private static readonly string[] OfPublishing = ["--operation", "--publisher", "--step", "--output-path"];
    private static readonly string[] Roles = ["mco", "provider", "dvrs", "state", "ops"];

    public string Data { get; private init; } = DefaultData();
    public bool Sandbox { get; private init; } = true;
    public bool Containers { get; private init; }

    /// <summary>How many people the cohort has; 0 for none.</summary>
    public int Cohort { get; private init; }

    /// <summary>How many days the cohort lives through.</summary>
    public int CohortDays { get; private init; } = CohortPlan.UsualDays;

    public TokenRequest? Token { get; private init; }
    public MaintenanceRequest? Maintenance { get; private init; }
    public PartnerRequest? Partner { get; private init; }

    /// <summary>Write the manifest instead of running.</summary>
    public bool Publish { get; private init; }

    /// <summary>Configuration, as "--key value": for the host's builder.</summary>
    public string[] Rest { get; private init; } = [];

    /// <summary>The directory of a server's data.</summary>
    public string DataOf(string server) => Path.Combine(Data, server);

    public static (AppHostOptions Options, string? Complaint) Parse(string[] args)
    {
        var options = new AppHostOptions();
        var values = new Dictionary<string, string>();
        var rest = new List<string>();
        var (token, partner) = (args is ["token", ..], args is ["add-partner", ..]);
        var verb = args is [var first, ..] && (first is "backup" or "restore" || Commands.Maintenance.OfServices.Contains(first)) ? first : null;
        for (var i = token || partner || verb is not null ? 1 : 0; i < args.Length; i++)
        {
            if (verb is "backup" or "restore" && !args[i].StartsWith('-') && values.TryAdd("directory", Path.GetFullPath(args[i]))) continue;
            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            switch (name)
            {
                case "--help" or "-h":
                    return (options, Usage);
                case "--no-sandbox":
                    options = options with { Sandbox = false };
                    continue;
                case "--containers":
                    options = options with { Containers = true };
                    continue;
            }
            value ??= i + 1 < args.Length ? args[++i] : null;
            if (value is null) return (options, $"{name} needs a value.\n\n{Usage}");
            if (name is "--cohort" or "--cohort-days")
            {
                var (fewest, most) = name == "--cohort" ? (CohortPlan.FewestPeople, 2000) : (90, 1095);
                if (!int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number < fewest || number > most)
                    return (options, $"{name} is '{value}'; a whole number from {fewest} to {most} is needed.");
                options = name == "--cohort" ? options with { Cohort = number } : options with { CohortDays = number };
            }
            else if (name == "--data") options = options with { Data = Path.GetFullPath(value) };
            else if (token && name is "--role" or "--org" or "--subject" or "--hours") values[name] = value;
            else if (partner && name is "--role" or "--org" or "--from-day") values[name] = value;
            else if (verb is not null && name is "--only" or "--since") values[name] = value;
            else if (!token && OfPublishing.Contains(name))
            {
                options = options with { Publish = true };
                rest.AddRange([name, value]);
            }
            else if (!token && name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':')) rest.AddRange([name, value]);
            else return (options, $"'{name}' is not known.\n\n{Usage}");
        }
        if (partner)
        {
            return values.TryGetValue("--role", out var role) && values.TryGetValue("--org", out var organization)
                ? (options with { Partner = new(role, organization, values.GetValueOrDefault("--from-day")) }, null)
                : (options, $"A partner needs --role and --org.\n\n{Usage}");
        }
        return token ? WithToken(options, values) : verb is not null ? WithMaintenance(options, verb, values) : (options with { Rest = [.. rest] }, null);
    }

    private static (AppHostOptions, string?) WithMaintenance(AppHostOptions options, string verb, Dictionary<string, string> values)
    {
        var since = values.GetValueOrDefault("--since");
        if (verb == "restore" && !values.ContainsKey("directory")) return (options, $"restore needs the directory of a backup.\n\n{Usage}");
        if (verb is "return-swept" or "resend-events" && !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out _))
            return (options, $"{verb} needs --since TIME, such as --since 2026-01-31T12:00:00Z; found '{since}'.");
        return (options with { Maintenance = new(verb, values.GetValueOrDefault("directory"), values.GetValueOrDefault("--only"), since) }, null);
    }

    private static (AppHostOptions, string?) WithToken(AppHostOptions options, Dictionary<string, string> values)
    {
        if (!values.TryGetValue("--role", out var role) || !values.TryGetValue("--org", out var organization))
            return (options, $"A token needs --role and --org.\n\n{Usage}");
        if (!Roles.Contains(role)) return (options, $"There is no role '{role}'; there are {string.Join(", ", Roles)}.");
        var hours = 8;
        if (values.TryGetValue("--hours", out var text) && (!int.TryParse(text, out hours) || hours is < 1 or > 8760))
            return (options, $"--hours is '{text}'; a whole number from 1 to 8760 is needed.");
        return (options with { Token = new(role, organization, values.GetValueOrDefault("--subject") ?? $"sandbox-{role}", hours) }, null);
    }

    // The repository is the directory above that holds the solution; a published host has none and uses where it is started.
    private static string DefaultData()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "IpsPlatform.sln"))) directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? Directory.GetCurrentDirectory(), ".data");
    }
}
