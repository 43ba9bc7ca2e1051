using System.Text.RegularExpressions;
using LocalServers;
using Ips.Testing;
using Xunit;

namespace Ips.Compat.Tests;

/// <summary>The switch to the official packages, as MSBuild evaluates it for every project. Nothing is restored: a feed may lack the packages.</summary>
public sealed partial class SwitchTests : IDisposable
{
    private static readonly string[] OfAspire = ["Aspire.Hosting.AppHost", "Aspire.Hosting.PostgreSQL", "Aspire.Hosting.RabbitMQ"];

    /// <summary>Only the project files, for the SDK of Aspire's host cannot be resolved where the feed lacks it.</summary>
    private readonly string copy = Directory.CreateTempSubdirectory("ips-switch-").FullName;

    public void Dispose() => Directory.Delete(copy, recursive: true);

    [Fact]
    public async Task With_the_switch_every_stand_in_is_replaced_by_its_package_in_the_version_written_down()
    {
        var projects = Copy(Checkout.Root);

        var without = await Evaluate(projects, official: false);
        var with = await Evaluate(projects, official: true);
        var wanted = without.Where(line => line.Kind == "stand-in").ToList();
        Assert.Contains(wanted, line => line is { Project: "ServiceDefaults", Value: "Grpc.AspNetCore.HealthChecks" });
        Assert.Contains(wanted, line => line is { Project: "AppHost", Value: "Aspire.Hosting" });
        foreach (var (project, _, name) in wanted)
        {
            // Without the switch the stand-in is a project, with it a package.
            Assert.Contains(without, line => line == (project, "project", name));
            Assert.DoesNotContain(with, line => line == (project, "project", name));
            foreach (var package in name == "Aspire.Hosting" ? OfAspire : [name]) Assert.Contains(with, line => line == (project, "package", package));
        }

        Assert.Contains(with, line => line is { Project: "Compat.Tests", Kind: "package", Value: "Aspire.Hosting.Testing" });
        Assert.DoesNotContain(with, line => line is { Project: "AppHost", Kind: "package", Value: "Aspire.Hosting.Testing" });

        // LocalServers is ours and stands in for nothing; everything else below compat/ is out of use.
        var compat = Directory.GetDirectories(Path.Combine(Checkout.Root, "compat")).Select(directory => Path.GetFileName(directory)).Where(name => name != "LocalServers").ToHashSet();
        Assert.DoesNotContain(with, line => line.Kind == "project" && compat.Contains(line.Value));
        var versions = with.Where(line => line.Kind == "version").Select(line => line.Value.Split('|')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.All(with.Where(line => line.Kind == "package"), line => Assert.Matches(@"^\d+\.\d+\.\d+$", versions[line.Value]));
        Assert.All(Sdks(Checkout.Root), version => Assert.Equal(versions["Aspire.Hosting.AppHost"], version));
    }

    /// <summary>Copies what MSBuild reads, without the import of the SDK, and gives the projects that are not stand-ins themselves.</summary>
    private List<string> Copy(string root)
    {
        List<string> projects = [];
        var files = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };
        foreach (var file in Directory.EnumerateFiles(root, "*", files).Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets"))
        {
            var path = Path.GetRelativePath(root, file);
            if (path.Split('/').Any(part => part is "obj" or "bin" or "node_modules")) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, path))!);
            File.WriteAllText(Path.Combine(copy, path), AspireSdk().Replace(File.ReadAllText(file), ""));
            if (path.EndsWith(".csproj", StringComparison.Ordinal) && (!path.StartsWith("compat/", StringComparison.Ordinal) || path.Contains("LocalServers"))) projects.Add(path);
        }
        Assert.True(projects.Count > 20);
        var targets = Path.Combine(copy, "Directory.Build.targets");
        File.WriteAllText(targets, File.ReadAllText(targets).Replace("</Project>", """
              <Target Name="Say">
                <ItemGroup>
                  <_Said Include="@(CompatReference->'$(MSBuildProjectName)|stand-in|%(Identity)')" />
                  <_Said Include="@(ProjectReference->'$(MSBuildProjectName)|project|%(Filename)')" />
                  <_Said Include="@(PackageReference->'$(MSBuildProjectName)|package|%(Identity)')" />
                  <_Said Include="@(PackageVersion->'$(MSBuildProjectName)|version|%(Identity)|%(Version)')" Condition="'$(MSBuildProjectName)' == 'AppHost'" />
                </ItemGroup>
                <WriteLinesToFile File="$(Said)" Lines="@(_Said)" />
              </Target>
            </Project>
            """));
        return projects;
    }

    private async Task<List<(string Project, string Kind, string Value)>> Evaluate(List<string> projects, bool official)
    {
        var (all, said) = (Path.Combine(copy, "all.proj"), Path.Combine(copy, $"said-{official}.txt"));
        await File.WriteAllTextAsync(all, $"""
            <Project>
              <Target Name="Build">
                <MSBuild Projects="{string.Join(';', projects)}" Targets="Say" Properties="Said={said};OfficialPackages={(official ? "true" : "")}" />
              </Target>
            </Project>
            """);
        List<string> output = [];
        await using var build = await ChildProcess.StartAsync(new("dotnet", ["msbuild", all, "-nologo", "-v:q", "-nodeReuse:false"]) { OnLine = line => { lock (output) output.Add(line); } });
        Assert.True(await build.Exited.WaitAsync(TimeSpan.FromMinutes(3)) == 0, string.Join('\n', output));
        return [.. (await File.ReadAllLinesAsync(said)).Select(line => line.Split('|', 3)).Select(parts => (parts[0], parts[1], parts[2]))];
    }

    private static IEnumerable<string> Sdks(string root)
    {
        var versions = new[] { "Directory.Build.props", "Directory.Build.targets" }.SelectMany(file => AspireSdk().Matches(File.ReadAllText(Path.Combine(root, file)))).Select(match => match.Groups["version"].Value).ToList();
        Assert.Equal(2, versions.Count);
        return versions;
    }

    [GeneratedRegex("""<Import [^>]*Sdk="Aspire\.AppHost\.Sdk/(?<version>[^"]+)"[^>]*/>""", RegexOptions.None, 1000)]
    private static partial Regex AspireSdk();
}
