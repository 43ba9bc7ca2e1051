using System.Diagnostics;
using System.Text.Json.Nodes;
using Ips.Testing;
using Xunit;

namespace Ips.Deploy.Tests;

/// <summary>The images that <c>dotnet publish /t:PublishContainer</c> builds are those that deploy/ runs.</summary>
public sealed class ImageTests
{
    [Fact]
    public async Task Project_of_every_service_names_the_image_that_is_deployed()
    {
        var (manifest, compose, chart) = (await Manifest.Read(), Compose.Read(), await Chart.Render("ips-platform"));

        foreach (var name in manifest.Services)
        {
            var file = Path.GetFileName((string)manifest[name]["path"]!);
            var image = await Properties(Find(file));
            var repository = (string)image["Properties"]!["ContainerRepository"]!;
            Assert.Equal($"{repository}:latest", (string)compose[name]["image"]!);
            Assert.Equal($"{repository}:1.0.0", (string)chart.Pods().Single(pod => pod.Name == name).Pod["containers"]![0]!["image"]!);
            Assert.Equal("app", (string)image["Properties"]!["ContainerUser"]!);
            // Cultures and time zones: a program's day is that of its state.
            Assert.EndsWith("-chiseled-extra", (string)image["Properties"]!["ContainerFamily"]!, StringComparison.Ordinal);
            Assert.Equal(["8080", "8081"], image["Items"]!["ContainerPort"]!.AsArray().Select(port => (string)port!["Identity"]!));
        }
    }

    private static string Find(string file) => new[] { "services", "web" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Root, folder), file, SearchOption.AllDirectories)).Single();

    private static async Task<JsonNode> Properties(string project)
    {
        const string wanted = "-getProperty:ContainerRepository,ContainerUser,ContainerFamily";
        string[] arguments = ["msbuild", project, wanted, "-getItem:ContainerPort", "-nodeReuse:false"];
        var (code, output, errors) = await Tools.Run(new ProcessStartInfo("dotnet", arguments), "");
        return code == 0 ? JsonNode.Parse(output)! : throw new InvalidOperationException($"msbuild of {project} ended with {code}: {output}{errors}");
    }
}
