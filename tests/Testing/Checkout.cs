namespace Ips.Testing;

/// <summary>The checkout that the tests were built in.</summary>
public static class Checkout
{
    /// <summary>Its root, where IpsPlatform.sln is.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IpsPlatform.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No IpsPlatform.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
