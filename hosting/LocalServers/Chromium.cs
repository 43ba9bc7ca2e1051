namespace LocalServers;

/// <summary>A browser for tests, installed with the system's package manager where it is missing.</summary>
public static class Chromium
{
    /// <summary>The path of a Chromium or Chrome program.</summary>
    /// <exception cref="LocalServerException">There is none, and it cannot be installed here.</exception>
    public static Task<string> FindOrInstallAsync(CancellationToken cancellationToken = default) =>
        Installer.FindOrInstallAsync(Find, "Chromium", "chromium", cancellationToken);

    private static string? Find() => Command.FindOnPath("chromium", "chromium-browser", "google-chrome");
}
