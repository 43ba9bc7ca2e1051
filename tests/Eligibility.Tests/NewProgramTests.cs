using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Ips.Eligibility.Db;
using Ips.Testing;
using LocalServers;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Verdict = Ips.Contracts.Common.V1.Verdict;

namespace Ips.Eligibility.Tests;

/// <summary>
/// The steps for a new program in docs/how-to-change-a-rule.md work as they are printed, in a copy of the policies. Until they are done, check names what is
/// missing; when they are done, a service that is built with the copy decides by the new rule.
/// </summary>
public sealed partial class NewProgramTests : IDisposable
{
    private const string Command = "dotnet run --project policies/Tool -- ";
    private const string Program = "tn-tdmhsas";

    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("ips-new-program");

    public void Dispose() => copy.Delete(recursive: true);

    [Fact]
    public async Task The_printed_steps_make_a_program_that_a_running_service_decides()
    {
        Copy("policies");
        Copy("tests/cases");
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json"])
            File.Copy(Path.Combine(Checkout.Root, file), InCopy(file));
        List<string> missing = [];
        var answers = Steps().SelectMany(step => Take(step, missing)).ToList();

        Assert.Equal(
            [
                "tn-tdmhsas/pack.yaml:1: has the decision 'admission', but no rule of the program has it in in:; add the rules, or remove the decision",
                "tn-tdmhsas/eligibility.yaml:2: TN-ELIG-001 is not in the catalogue; correct the id, or add it to policies/catalogue-ids.txt if the rule is new",
                "tn-tdmhsas/eligibility.yaml:2: TN-ELIG-001 has in: admission, but no row and no case of that decision evaluates it; "
                    + "add a row that shows it, or remove the decision from in:",
            ], missing);
        Assert.Contains(answers, a => a.Contains("rules checked, no problem", StringComparison.Ordinal));
        Assert.Contains(answers, a => a.StartsWith("admission under tn-tdmhsas on 2026-03-01: Met", StringComparison.Ordinal)
            && a.Contains("TN-ELIG-001", StringComparison.Ordinal));
        Assert.True(File.Exists(InCopy("docs/programs/tn-tdmhsas.md")));
        Assert.Single(Directory.GetDirectories(InCopy("policies/released/tn-tdmhsas")));

        Run("dotnet", ["build", "policies/Policies.csproj", "--output", "built", "-p:GenerateDocumentationFile=false", "-p:RunAnalyzers=false", "--disable-build-servers"], 0);
        await using var database = await TestDb.CreateAsync();
        var (eligibility, address) = await Running(database.ConnectionString);
        await using var running = eligibility;
        using var channel = GrpcChannel.ForAddress(address);
        // Born on 1991-07-23, and on a day after which 18 years have not passed.
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Eligible), await Determined(channel, "1991-07-23"));
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.NotEligible), await Determined(channel, "2015-01-01"));
    }

    /// <summary>A new person at a new agency is determined under the new program, by its only rule.</summary>
    private static async Task<(Verdict Verdict, Proto.DeterminationState State)> Determined(GrpcChannel channel, string birthDate)
    {
        var agency = EligibilityService.NewCode("agency");
        Grpc.Core.Metadata provider = new() { { "authorization", $"Bearer {TestIssuer.Token(Roles.Provider, agency)}" } };
        var person = await new Proto.Individuals.IndividualsClient(channel).RegisterIndividualAsync(
            new()
            {
                Provider = $"organizations/{agency}",
                GivenName = "Quillgiven",
                FamilyName = "Quillfamily",
                BirthDate = birthDate,
                RequestId = EligibilityService.NewId(),
                Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            },
            provider);
        var made = await new Proto.Determinations.DeterminationsClient(channel).DetermineAsync(
            new() { Individual = person.Name, Provider = $"organizations/{agency}", Program = Program, RequestId = EligibilityService.NewId() }, provider);
        var finding = Assert.Single(made.Decision.Findings);
        Assert.Equal(("TN-ELIG-001", Program), (finding.RuleId, made.Program));
        return (made.Decision.Verdict, made.State);
    }

    /// <summary>Eligibility as it is built, but with the policies of the copy.</summary>
    private async Task<(ChildProcess Service, string Address)> Running(string database)
    {
        await using (var source = NpgsqlDataSource.Create(database))
        await using (EligibilityDb db = new(
            (DbContextOptions<EligibilityDb>)Database.Configure(new DbContextOptionsBuilder<EligibilityDb>(), source).Options, Caller.None))
        {
            await db.Migrate();
        }

        foreach (var file in Directory.EnumerateFiles(Checkout.Programs))
            File.Copy(file, InCopy($"service/{Path.GetFileName(file)}"));
        File.Copy(InCopy("built/Policies.dll"), InCopy("service/Policies.dll"), overwrite: true);
        var (http, grpc) = (TestServers.FreePort(), TestServers.FreePort());
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var service = await ChildProcess.StartAsync(new("dotnet", [InCopy("service/Eligibility.dll"), $"--ConnectionStrings:eligibility-db={database}"])
        {
            LogFile = InCopy("eligibility.log"),
            WorkingDirectory = InCopy("service"),
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["OTEL_SERVICE_NAME"] = EligibilityService.NewCode("eligibility"),
                ["ConnectionStrings__bus"] = await TestServers.RabbitMqAsync(),
                ["Authentication__Authority"] = TestIssuer.Authority,
                ["PersonalData__Current"] = "k1",
                ["PersonalData__Keys__k1"] = key,
                ["PersonalData__HashKey"] = key,
                ["WarmUp"] = "false",
                ["Kestrel__Endpoints__http__Url"] = $"http://127.0.0.1:{http}",
                ["Kestrel__Endpoints__http__Protocols"] = "Http1",
                ["Kestrel__Endpoints__grpc__Url"] = $"http://127.0.0.1:{grpc}",
                ["Kestrel__Endpoints__grpc__Protocols"] = "Http2",
            },
        });
        using HttpClient client = new() { BaseAddress = new($"http://127.0.0.1:{http}") };
        await Poll.Until(async () =>
        {
            if (!service.IsRunning)
                Assert.Fail(File.ReadAllText(InCopy("eligibility.log")));
            try
            {
                return await HealthPage.Listens(client);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return (service, $"http://127.0.0.1:{grpc}");
    }

    /// <summary>Writes the file of a step, and notes the first problem that check then has; or runs the commands of a step.</summary>
    private IEnumerable<string> Take((string File, string Text) step, List<string> missing)
    {
        if (step.Text.Contains(Command, StringComparison.Ordinal))
            return [.. step.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Tool(line.Trim()[Command.Length..].Split(' '), 0))];
        if (step.File.EndsWith("catalogue-ids.txt", StringComparison.Ordinal))
            File.AppendAllText(InCopy(step.File), step.Text);
        else
            File.WriteAllText(InCopy(step.File), step.Text);
        if (step.File.StartsWith("policies/packs", StringComparison.Ordinal) || step.File.EndsWith(".txt", StringComparison.Ordinal))
            missing.AddRange(Tool(["check"], null).Split('\n').Where(line => line.StartsWith("tn-", StringComparison.Ordinal)).Take(1));
        return [];
    }

    private string Tool(string[] arguments, int? expected) => Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "ips-policies.dll"), .. arguments], expected);

    private string Run(string program, string[] arguments, int? expected)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = copy.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        var errors = tool.StandardError.ReadToEndAsync();
        var output = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.True(expected is null || tool.ExitCode == expected, $"{string.Join(' ', arguments)}: {output}{errors.Result}");
        return output + errors.Result;
    }

    /// <summary>Every code block of the section, with the last path that the text before it names.</summary>
    private static IEnumerable<(string File, string Text)> Steps()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "how-to-change-a-rule.md"));
        var section = page.Split("## A new state's pack, in one folder")[1].Split("\n## ")[0];
        var file = "";
        var parts = section.Split("```");
        for (var i = 1; i < parts.Length; i += 2)
        {
            file = PathInText().Matches(parts[i - 1]).LastOrDefault()?.Groups["path"].Value ?? file;
            var lines = parts[i].Split('\n')[1..^1].Select(line => line.StartsWith("   ", StringComparison.Ordinal) ? line[3..] : line);
            yield return (file, string.Join('\n', lines) + "\n");
        }
    }

    private void Copy(string folder)
    {
        string[] made = [$"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*", SearchOption.AllDirectories))
        {
            if (!made.Any(file.Contains))
                File.Copy(file, InCopy(Path.GetRelativePath(Checkout.Root, file)));
        }
    }

    /// <summary>A path in the copy, whose folder exists.</summary>
    private string InCopy(string path)
    {
        var full = Path.Combine(copy.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    [GeneratedRegex(@"`(?<path>[\w/.-]+\.(yaml|txt|json))`:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathInText();
}
