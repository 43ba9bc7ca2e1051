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
            var project = Directory.GetFiles(Checkout.Root, $"{Path.GetFileName((string)manifest[name]["path"]!)}", SearchOption.AllDirectories).Single();
            var image = await Properties(project);
            var repository = (string)image["Properties"]!["ContainerRepository"]!;
            Assert.Equal($"{repository}:latest", (string)compose[name]["image"]!);
            Assert.Equal($"{repository}:1.0.0", (string)chart.Pods().Single(pod => pod.Name == name).Pod["containers"]![0]!["image"]!);
            Assert.Equal("app", (string)image["Properties"]!["ContainerUser"]!);
            // Cultures and time zones: a program's day is that of its state.
            Assert.EndsWith("-chiseled-extra", (string)image["Properties"]!["ContainerFamily"]!, StringComparison.Ordinal);
            Assert.Equal(["8080", "8081"], image["Items"]!["ContainerPort"]!.AsArray().Select(port => (string)port!["Identity"]!));
        }
    }

    private static async Task<JsonNode> Properties(string project)
    {
        ProcessStartInfo start = new("dotnet", ["msbuild", project, "-getProperty:ContainerRepository,ContainerUser,ContainerFamily", "-getItem:ContainerPort", "-nodeReuse:false"]);
        var (code, output, errors) = await Tools.Run(start, "");
        return code == 0 ? JsonNode.Parse(output)! : throw new InvalidOperationException($"dotnet msbuild {project} ended with {code}: {output}{errors}");
    }
}
